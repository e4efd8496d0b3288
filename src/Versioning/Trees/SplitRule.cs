using System.IO.Hashing;

namespace Versioning.Trees;

/// <summary>
/// Where nodes end. Decided by keys alone (and hard caps), so that the shape of a tree depends on what it holds and not
/// on how it came about: after the entry whose XxHash3-64, seeded with the level, has its low bits all zero.
/// </summary>
internal static class SplitRule
{
    /// <summary>A node ends with the entry that brings it to this many bytes, 64 counted for all but paths and link targets.</summary>
    internal const int FullNodeBytes = 512 * 1024;
    internal const int MaxLeafEntries = 2048;
    internal const int MaxInnerEntries = 1024;
    internal const int MinInnerEntries = 2;

    private const ulong LeafMask = 512 - 1;
    private const ulong InnerMask = 256 - 1;

    internal static bool EndsLeaf(ReadOnlySpan<byte> key) => (XxHash3.HashToUInt64(key) & LeafMask) == 0;

    internal static bool EndsInner(ReadOnlySpan<byte> firstKey, int level) => (XxHash3.HashToUInt64(firstKey, level) & InnerMask) == 0;

    /// <summary>For chunk lists the key is the digest, which is uniform already.</summary>
    internal static bool EndsPage(Digest chunk) => (chunk.Prefix & LeafMask) == 0;

    internal static bool EndsInnerPage(Digest child) => (child.Prefix & InnerMask) == 0;
}
