using System.IO.Hashing;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Verifying;

/// <summary>
/// A subtree, or a chunk list, and what was claimed about it. Equal digests do not mean that the bytes lie in the same
/// packs, nor that another parent tells the truth.
/// </summary>
internal readonly record struct SeenSubtree(Digest Digest, ChunkRef Place, long Files, long Bytes, ulong FirstPath, ulong Bound)
{
    /// <param name="child">What the parent says.</param>
    /// <param name="bound">What all its paths have to be before, or null.</param>
    internal static SeenSubtree Of(ManifestChild child, byte[]? bound) =>
        new(child.Digest, child.Place, child.Files, child.Bytes, XxHash3.HashToUInt64(child.FirstPath), bound is null ? 0 : XxHash3.HashToUInt64(bound));

    internal static SeenSubtree Of(ManifestEntry file) => new(file.ChunkList!.Value, file.Place!.Value, 0, file.Size, 0, 0);
}
