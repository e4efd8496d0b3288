using System.Runtime.CompilerServices;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>One chunk that a file needs: what it must hash to, where it lies, where in the file it goes.</summary>
internal readonly record struct WantedChunk(FileSink Sink, long Offset, FileChunk Chunk, PackedChunk Packed);

/// <summary>Chunks of one object that are read in one go.</summary>
internal sealed class ReadBatch(PackId target)
{
    internal PackId Object => target;

    internal List<WantedChunk> Chunks { get; } = [];

    internal long Start { get; private set; } = long.MaxValue;

    internal long End { get; private set; }

    internal bool Fits(PackedChunk chunk, int maxLength, int maxGap)
    {
        bool near = chunk.Offset <= End + maxGap && chunk.Offset + chunk.StoredLength >= Start - maxGap;
        return Chunks.Count == 0 || (near && Math.Max(End, chunk.Offset + chunk.StoredLength) - Math.Min(Start, chunk.Offset) <= maxLength);
    }

    internal void Add(WantedChunk wanted)
    {
        Chunks.Add(wanted);
        Start = Math.Min(Start, wanted.Packed.Offset);
        End = Math.Max(End, wanted.Packed.Offset + wanted.Packed.StoredLength);
    }
}

/// <summary>Turns files into batches of neighbouring chunks, pack by pack, with a bounded number of batches open.</summary>
internal static class ReadPlan
{
    private const int MaxBatchLength = 4 * 1024 * 1024;
    private const int MaxGap = 1024 * 1024;
    private const int MaxOpen = 16;

    internal static async IAsyncEnumerable<ReadBatch> BatchesAsync(PackReader packs, IAsyncEnumerable<FileSink> files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = new List<ReadBatch>();
        await foreach (FileSink sink in files.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            await foreach (PlacedChunk placed in ChunkListReader.ChunksAsync(packs, sink.Entry, 0, cancellationToken).ConfigureAwait(false))
            {
                (PackId target, PackedChunk packed) = await packs.LocateAsync(placed.Chunk.Place, cancellationToken).ConfigureAwait(false);
                int index = open.FindIndex(b => b.Object == target);
                if (index >= 0 && !open[index].Fits(packed, MaxBatchLength, MaxGap))
                {
                    yield return open[index];
                    open.RemoveAt(index);
                    index = -1;
                }

                if (index < 0)
                {
                    if (open.Count == MaxOpen)
                    {
                        yield return open[0];
                        open.RemoveAt(0);
                    }

                    index = open.Count;
                    open.Add(new ReadBatch(target));
                }

                open[index].Add(new WantedChunk(sink, placed.Offset, placed.Chunk, packed));
            }
        }

        foreach (ReadBatch batch in open)
        {
            yield return batch;
        }
    }
}
