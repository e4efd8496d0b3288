using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>One chunk that a file needs: what it must hash to, where it lies, where in the file it goes.</summary>
internal readonly record struct WantedChunk(FileSink Sink, long Offset, FileChunk Chunk, PackedChunk Packed);

/// <summary>Chunks of one object that are read in one go.</summary>
internal sealed class ReadBatch(PackId target, ReadSize size)
{
    internal PackId Object => target;

    internal List<WantedChunk> Chunks { get; } = [];

    internal long Start { get; private set; } = long.MaxValue;

    internal long End { get; private set; }

    internal bool Fits(PackedChunk chunk)
    {
        bool near = chunk.Offset <= End + size.MaxGap && chunk.Offset + chunk.StoredLength >= Start - size.MaxGap;
        return Chunks.Count == 0 || (near && Math.Max(End, chunk.Offset + chunk.StoredLength) - Math.Min(Start, chunk.Offset) <= size.MaxLength);
    }

    internal void Add(WantedChunk wanted)
    {
        Chunks.Add(wanted);
        Start = Math.Min(Start, wanted.Packed.Offset);
        End = Math.Max(End, wanted.Packed.Offset + wanted.Packed.StoredLength);
    }
}
