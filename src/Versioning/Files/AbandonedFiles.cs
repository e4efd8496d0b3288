using Microsoft.Win32.SafeHandles;
using Versioning.Storage;

namespace Versioning.Files;

/// <summary>Unfinished files whose writer is gone: their lock went with its process.</summary>
internal static unsafe class AbandonedFiles
{
    public static void Remove(SafeFileHandle directory)
    {
        DirectoryListing? listing = DirectoryListing.Read(directory);
        for (int i = 0; i < (listing?.Count ?? 0); i++)
        {
            ReadOnlySpan<byte> name = listing!.Name(i);
            if (TargetFolder.IsTemporaryName(name) && listing.TypeOf(i) is EntryType.File or EntryType.Link)
            {
                RemoveOne(directory, name, listing.TerminatedName(i));
            }
        }
    }

    private static void RemoveOne(SafeFileHandle directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> terminated)
    {
        if (!PosixStat.TryRead(directory, terminated, out StatxRecord record))
        {
            return;
        }

        // Held until the name is gone: who made the file a moment ago and locks it only now then sees what happened.

        using SafeFileHandle? handle = record.IsFile
            ? Posix.Open(directory, name, Posix.ReadOnly | Posix.NoFollow | Posix.NonBlock | Posix.CloseOnExec, 0)
            : null;
        bool free = record.IsLink || (handle is not null && Posix.TryLock(handle, exclusive: false));
        if (free)
        {
            DiskSteps.Before(DiskStep.Remove);
            fixed (byte* p = terminated)
            {
                _ = Posix.UnlinkAt(directory, p, 0);
            }
        }
    }
}
