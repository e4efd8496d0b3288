using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Versioning.Storage;

namespace Versioning.Files;

/// <summary>Unfinished files whose writer is gone: their lock went with its process.</summary>
internal static unsafe class AbandonedFiles
{
    private static readonly byte[] Prefix = Encoding.ASCII.GetBytes(TargetFolder.TemporaryPrefix);
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);

    public static void Remove(SafeFileHandle directory)
    {
        DirectoryListing? listing = DirectoryListing.Read(directory);
        for (int i = 0; i < (listing?.Count ?? 0); i++)
        {
            ReadOnlySpan<byte> name = listing!.Name(i);
            if (IsTemporary(name) && listing.TypeOf(i) is EntryType.File or EntryType.Link)
            {
                RemoveOne(directory, name, listing.TerminatedName(i));
            }
        }
    }

    /// <summary>Whether a fetch gave this name to what is not whole yet: exactly so, a user's own '.vers-notes' is another.</summary>
    public static bool IsTemporary(ReadOnlySpan<byte> name) =>
        name.Length == Prefix.Length + 24
        && name.StartsWith(Prefix)
        && !name[Prefix.Length..].ContainsAnyExcept(Digits);

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
