using System.Runtime.CompilerServices;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Turns files into batches of neighbouring chunks, pack by pack, with a bounded number of batches open.</summary>
/// <param name="packs">Where chunks lie.</param>
/// <param name="progress">Told of bytes that need not be read; may be null.</param>
internal sealed class ReadPlan(PackReader packs, Action<int>? progress)
{
    private const int MaxOpen = 16;

    private readonly List<ReadBatch> _open = [];
    private readonly ReadSize _size = ReadSize.Of(packs.Objects);

    /// <param name="files">The files; null: what was planned so far has to be read before there can be more.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    internal async IAsyncEnumerable<ReadBatch> BatchesAsync(IAsyncEnumerable<FileSink?> files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (FileSink? sink in files.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (sink is null)
            {
                while (_open.Count > 0)
                {
                    yield return TakeFirst();
                }
            }
            else if (ChunkListReader.OnlyChunk(sink.Entry) is { } only)
            {
                // Most files: no list to read, so nothing to enumerate.
                if (await AddAsync(sink, only, cancellationToken).ConfigureAwait(false) is { } full)
                {
                    yield return full;
                }
            }
            else
            {
                IAsyncEnumerable<PlacedChunk> all = ChunkListReader.ChunksAsync(packs, sink.Entry, 0, cancellationToken);
                await foreach (PlacedChunk placed in sink.MissingAsync(all, progress, cancellationToken).ConfigureAwait(false))
                {
                    if (await AddAsync(sink, placed, cancellationToken).ConfigureAwait(false) is { } full)
                    {
                        yield return full;
                    }
                }
            }
        }

        while (_open.Count > 0)
        {
            yield return TakeFirst();
        }
    }

    /// <summary>Adds a chunk; gives back a batch that had to make room.</summary>
    private async ValueTask<ReadBatch?> AddAsync(FileSink sink, PlacedChunk placed, CancellationToken cancellationToken)
    {
        (PackId target, PackedChunk packed) = await packs.FindAsync(placed.Chunk.Place, placed.Chunk.Digest, placed.Chunk.Length, cancellationToken).ConfigureAwait(false);
        int index = _open.Count - 1;
        while (index >= 0 && _open[index].Object != target)
        {
            index--;
        }

        ReadBatch? full = null;
        if (index >= 0 && !_open[index].Fits(packed))
        {
            full = _open[index];
            _open.RemoveAt(index);
            index = -1;
        }

        if (index < 0)
        {
            full ??= _open.Count == MaxOpen ? TakeFirst() : null;
            index = _open.Count;
            _open.Add(new ReadBatch(target, _size));
        }

        _open[index].Add(new WantedChunk(sink, placed.Offset, placed.Chunk, packed));
        return full;
    }

    private ReadBatch TakeFirst()
    {
        ReadBatch first = _open[0];
        _open.RemoveAt(0);
        return first;
    }
}
