using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>
/// Folders that are no part of a source in which they lie: a store that is committed into itself has no end. Known by
/// device and inode, so whatever way leads there.
/// </summary>
/// <param name="paths">Their full paths; one need not be there yet.</param>
internal sealed class ApartFolders(IReadOnlyList<string> paths)
{
    private readonly (ulong Device, ulong Inode)?[] _known = new (ulong, ulong)?[paths.Count];

    /// <summary>Whether an open folder is one of them.</summary>
    internal bool Has(SafeFileHandle folder)
    {
        if (paths.Count == 0 || !PosixStat.TryRead(folder, out StatxRecord record))
        {
            return false;
        }

        for (int i = 0; i < paths.Count; i++)
        {
            // One that was not there may have been made since the walk began.
            _known[i] ??= PosixStat.TryRead(paths[i], out StatxRecord apart) ? IdOf(apart) : null;
            if (_known[i] == IdOf(record))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same by the full path, where there are no inodes.</summary>
    internal bool Has(string full) =>
        paths.Contains(full, OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    private static (ulong Device, ulong Inode) IdOf(in StatxRecord record) => (record.Stamp.Device, record.Stamp.Inode);
}
