using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>What comes next of a manifest that is copied: a subtree that the target has, or an entry, of one with content a chunk at a time.</summary>
/// <param name="Subtree">The target's own subtree with the same digest, or null.</param>
/// <param name="Entry">The entry, or null.</param>
/// <param name="Chunk">The chunk of it, or null where it has none.</param>
/// <param name="IsLast">Whether the entry ends here.</param>
internal sealed record CopiedPart(ManifestSubtree? Subtree, ManifestEntry? Entry, FileChunk? Chunk, bool IsLast)
{
    /// <summary>Where the target has the chunk, as far as that is known.</summary>
    internal ChunkRef? Place { get; init; }
}

/// <summary>Parts in order, and the reading of those chunks that the target lacks.</summary>
internal sealed record CopiedParts(IReadOnlyList<CopiedPart> Parts, Task<IReadOnlyDictionary<Digest, StoredChunk>> Reading);
