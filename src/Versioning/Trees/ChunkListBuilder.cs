using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>Builds the paged list of one file's chunks in bounded memory; pages end by content, so an insertion changes few.</summary>
internal sealed class ChunkListBuilder(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ChunkRef>> store)
{
    private readonly List<FileChunk> _page = [];
    private readonly List<List<ChunkListChild>> _levels = [];

    internal async ValueTask AddAsync(FileChunk chunk, CancellationToken cancellationToken)
    {
        _page.Add(chunk);
        if (SplitRule.EndsPage(chunk.Digest) || _page.Count == SplitRule.MaxLeafEntries)
        {
            await FlushPageAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    internal async ValueTask<ChunkListChild> FinishAsync(CancellationToken cancellationToken)
    {
        if (_page.Count > 0)
        {
            await FlushPageAsync(cancellationToken).ConfigureAwait(false);
        }

        for (int level = 0; level < _levels.Count; level++)
        {
            if (level == _levels.Count - 1 && _levels[level].Count == 1)
            {
                return _levels[level][0];
            }

            if (_levels[level].Count > 0)
            {
                await FlushInnerAsync(level, cancellationToken).ConfigureAwait(false);
            }
        }

        throw new InvalidOperationException("A chunk list has at least one chunk.");
    }

    private async ValueTask FlushPageAsync(CancellationToken cancellationToken)
    {
        EncodedNode node = ChunkListPage.Encode(_page);
        long bytes = _page.Sum(c => (long)c.Length);
        _page.Clear();
        ChunkRef place = await store(node.Stored, cancellationToken).ConfigureAwait(false);
        await AddChildAsync(0, new ChunkListChild(node.Digest, bytes, place), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask AddChildAsync(int level, ChunkListChild child, CancellationToken cancellationToken)
    {
        if (level == _levels.Count)
        {
            _levels.Add([]);
        }

        List<ChunkListChild> at = _levels[level];
        at.Add(child);
        bool ends = SplitRule.EndsInnerPage(child.Digest) || at.Count == SplitRule.MaxInnerEntries;
        if (ends && at.Count >= SplitRule.MinInnerEntries)
        {
            await FlushInnerAsync(level, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask FlushInnerAsync(int level, CancellationToken cancellationToken)
    {
        EncodedNode node = ChunkListPage.Encode(level + 1, _levels[level]);
        long bytes = _levels[level].Sum(c => c.Bytes);
        _levels[level].Clear();
        ChunkRef place = await store(node.Stored, cancellationToken).ConfigureAwait(false);
        await AddChildAsync(level + 1, new ChunkListChild(node.Digest, bytes, place), cancellationToken).ConfigureAwait(false);
    }
}
