using System.IO.Hashing;

namespace Versioning.Files;

/// <summary>
/// A time of the last write that says which content a file of the machine's cache was given: the fraction of the second
/// follows from its SHA-256. Whoever writes to the file, through another link too, leaves another time.
/// </summary>
/// <remarks>In units of 100 ns, which every file system of today keeps. Where one does not, no seal holds, and files are hashed.</remarks>
internal static class FileSeal
{
    private const long Second = 1_000_000_000;
    private const int Unit = 100;

    /// <summary>A time for that content, in nanoseconds since 1970, in the second before another time.</summary>
    internal static long TimeOf(Digest sha256, long nowNs)
    {
        long second = (nowNs / Second) - 1;
        return (second * Second) + Fraction(sha256, second);
    }

    /// <summary>A time for that content in the second before now.</summary>
    internal static long TimeOf(Digest sha256) => TimeOf(sha256, FileStamp.Now(TimeProvider.System));

    /// <summary>Whether a time is one for that content.</summary>
    internal static bool Holds(Digest sha256, long mtimeNs) => mtimeNs > 0 && mtimeNs % Second == Fraction(sha256, mtimeNs / Second);

    private static long Fraction(Digest sha256, long second)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        sha256.CopyTo(bytes);
        return (long)(XxHash3.HashToUInt64(bytes, second) % (Second / Unit)) * Unit;
    }
}
