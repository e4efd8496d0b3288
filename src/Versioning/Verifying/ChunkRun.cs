using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Verifying;

/// <summary>A chunk of a file, and its record in the pack that holds it.</summary>
internal readonly record struct LocatedChunk(long Offset, FileChunk Chunk, PackedChunk Packed);

/// <summary>Chunks that follow one another in a file and in an object.</summary>
internal sealed class ChunkRun(PackId target)
{
    internal PackId Object => target;

    internal List<LocatedChunk> Chunks { get; } = [];

    /// <summary>Where the first chunk begins in the object.</summary>
    internal long Start => Chunks[0].Packed.Offset;

    /// <summary>Where the last chunk ends in the object.</summary>
    internal long End => Chunks[^1].Packed.Offset + Chunks[^1].Packed.StoredLength;
}
