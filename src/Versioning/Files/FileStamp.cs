namespace Versioning.Files;

/// <summary>What tells a file that changed from one that did not, without reading it.</summary>
/// <param name="Size">The length in bytes.</param>
/// <param name="MtimeNs">The time of the last write, in nanoseconds since 1970.</param>
/// <param name="CtimeNs">The time of the last change of the inode; it can't be set back by a program.</param>
/// <param name="Inode">The inode's number, or 0 where there is none.</param>
/// <param name="Device">The device's number, or 0 where there is none.</param>
internal readonly record struct FileStamp(long Size, long MtimeNs, long CtimeNs, ulong Inode, ulong Device)
{
    /// <summary>The time of a clock, as stamps have it.</summary>
    internal static long Now(TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
