using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>Unfinished files whose writer is gone: their lock went with its process.</summary>
internal static unsafe class AbandonedFiles
{
    public static void Remove(SafeFileHandle directory, long newestNs)
    {
        DirectoryListing? listing = DirectoryListing.Read(directory);
        for (int i = 0; i < (listing?.Count ?? 0); i++)
        {
            ReadOnlySpan<byte> name = listing!.Name(i);
            if (TargetFolder.IsTemporaryName(name) && listing.TypeOf(i) is EntryType.File or EntryType.Link)
            {
                RemoveOne(directory, name, listing.TerminatedName(i), newestNs);
            }
        }
    }

    private static void RemoveOne(SafeFileHandle directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> terminated, long newestNs)
    {
        if (!PosixStat.TryRead(directory, terminated, out StatxRecord record) || record.Stamp.CtimeNs > newestNs)
        {
            return;
        }

        using SafeFileHandle? handle = record.IsFile
            ? Posix.Open(directory, name, Posix.ReadOnly | Posix.NoFollow | Posix.NonBlock | Posix.CloseOnExec, 0)
            : null;
        bool free = record.IsLink || (handle is not null && Posix.TryLock(handle, exclusive: false));
        if (free)
        {
            fixed (byte* p = terminated)
            {
                _ = Posix.UnlinkAt(directory, p, 0);
            }
        }
    }
}
