using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>The root of a finished manifest.</summary>
internal readonly record struct ManifestRoot(Digest Digest, ChunkRef Place, long Files, long Bytes);

/// <summary>Builds a manifest from entries in ascending order of their paths, in memory bounded by the height of the tree.</summary>
/// <param name="store">Stores the bytes of a node and says where they lie.</param>
internal sealed class ManifestBuilder(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ChunkRef>> store)
{
    private const int EntryOverhead = 64;

    private readonly List<ManifestEntry> _leaf = [];
    private readonly List<Level> _levels = [];
    private int _leafBytes;

    internal async ValueTask AddAsync(ManifestEntry entry, CancellationToken cancellationToken)
    {
        _leaf.Add(entry);
        _leafBytes += entry.Path.Length + (entry.LinkTarget?.Length ?? 0) + EntryOverhead;
        if (SplitRule.EndsLeaf(entry.Path) || _leaf.Count == SplitRule.MaxLeafEntries || _leafBytes >= SplitRule.FullNodeBytes)
        {
            await FlushLeafAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a node of that level would begin just here: then a whole one can be added.</summary>
    internal bool IsAligned(int level) => _leaf.Count == 0 && _levels.Take(level).All(l => l.Children.Count == 0);

    /// <summary>Adds a node of another manifest with all that is below it; not the last one of its level there.</summary>
    internal ValueTask AddSubtreeAsync(int level, ManifestChild child, CancellationToken cancellationToken)
    {
        // Where a node ends depends on nothing before it and nothing after it, so this is what its entries would give.
        System.Diagnostics.Debug.Assert(IsAligned(level), "Parts can be added only where they would begin.");
        while (_levels.Count < level)
        {
            _levels.Add(new Level());
        }

        return AddChildAsync(level, child, cancellationToken);
    }

    /// <summary>Ends the tree; a manifest without files is one empty leaf.</summary>
    internal async ValueTask<ManifestRoot> FinishAsync(CancellationToken cancellationToken)
    {
        if (_leaf.Count > 0 || _levels.Count == 0)
        {
            await FlushLeafAsync(cancellationToken).ConfigureAwait(false);
        }

        for (int level = 0; level < _levels.Count; level++)
        {
            bool isTop = level == _levels.Count - 1;
            if (isTop && _levels[level].Children.Count == 1)
            {
                ManifestChild root = _levels[level].Children[0];
                return new ManifestRoot(root.Digest, root.Place, root.Files, root.Bytes);
            }

            if (_levels[level].Children.Count > 0)
            {
                await FlushInnerAsync(level, cancellationToken).ConfigureAwait(false);
            }
        }

        throw new InvalidOperationException("A tree always ends in one root.");
    }

    private async ValueTask FlushLeafAsync(CancellationToken cancellationToken)
    {
        EncodedNode node = ManifestLeaf.Encode(_leaf);
        byte[] first = _leaf.Count > 0 ? _leaf[0].Path : [];
        long bytes = _leaf.Sum(e => e.Size);
        ChunkRef place = await store(node.Stored, cancellationToken).ConfigureAwait(false);
        var child = new ManifestChild(first, node.Digest, _leaf.Count, bytes, place);
        _leaf.Clear();
        _leafBytes = 0;
        await AddChildAsync(0, child, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask AddChildAsync(int level, ManifestChild child, CancellationToken cancellationToken)
    {
        if (level == _levels.Count)
        {
            _levels.Add(new Level());
        }

        Level at = _levels[level];
        at.Children.Add(child);
        at.Bytes += child.FirstPath.Length + EntryOverhead;
        bool ends = SplitRule.EndsInner(child.FirstPath, level + 1) || at.Children.Count == SplitRule.MaxInnerEntries || at.Bytes >= SplitRule.FullNodeBytes;
        if (ends && at.Children.Count >= SplitRule.MinInnerEntries)
        {
            await FlushInnerAsync(level, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask FlushInnerAsync(int level, CancellationToken cancellationToken)
    {
        Level at = _levels[level];
        EncodedNode node = ManifestInner.Encode(level + 1, at.Children);
        ChunkRef place = await store(node.Stored, cancellationToken).ConfigureAwait(false);
        var parent = new ManifestChild(at.Children[0].FirstPath, node.Digest, at.Children.Sum(c => c.Files), at.Children.Sum(c => c.Bytes), place);
        at.Children.Clear();
        at.Bytes = 0;
        await AddChildAsync(level + 1, parent, cancellationToken).ConfigureAwait(false);
    }

    private sealed class Level
    {
        internal List<ManifestChild> Children { get; } = [];

        internal int Bytes { get; set; }
    }
}
