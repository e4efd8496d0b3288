using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>Stamps where there is no statx: without inode, and the time of creation in place of the inode's change.</summary>
internal static class PortableStamp
{
    public static FileStamp Of(FileSystemInfo info) => new(
        info is FileInfo file && file.LinkTarget is null ? file.Length : 0,
        Nanoseconds(info.LastWriteTimeUtc),
        Nanoseconds(info.CreationTimeUtc),
        0,
        0);

    public static FileStamp Of(SafeFileHandle handle) => new(
        RandomAccess.GetLength(handle),
        Nanoseconds(File.GetLastWriteTimeUtc(handle)),
        Nanoseconds(File.GetCreationTimeUtc(handle)),
        0,
        0);

    private static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks * 100;
}
