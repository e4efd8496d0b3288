using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>Walks a manifest in order, and can take or leave whole subtrees without reading them.</summary>
/// <param name="reader">Reads the manifest's nodes.</param>
/// <param name="readsAll">Whether most nodes will be read: then neighbours are read at once.</param>
internal sealed class ManifestWalk(ManifestReader reader, bool readsAll = false)
{
    private readonly Stack<(ManifestSubtree Subtree, byte[]? Bound)> _pending = new([(new ManifestSubtree(reader.Root, ManifestSubtree.UnknownLevel, IsLast: true), null)]);

    private ReadAhead? _ahead;

    /// <summary>The subtree that comes next, first the root; null at the end.</summary>
    internal ManifestSubtree? Next => _pending.TryPeek(out (ManifestSubtree Subtree, byte[]?) next) ? next.Subtree : null;

    /// <summary>All paths of the subtree that comes next are before this one; null where it is the last.</summary>
    internal byte[]? Bound => _pending.TryPeek(out (ManifestSubtree, byte[]? Bound) next) ? next.Bound : null;

    /// <summary>Whether all paths of the subtree that comes next are before this one; null stands for the end of all paths.</summary>
    internal bool NextIsBefore(ReadOnlySpan<byte> path, bool atEnd) =>
        atEnd || (Bound is { } bound && bound.AsSpan().SequenceCompareTo(path) <= 0);

    /// <summary>Steps over the subtree that comes next.</summary>
    internal ManifestSubtree Take() => _pending.Pop().Subtree;

    /// <summary>Reads the subtree that comes next: a leaf gets its entries, of any other the children come next.</summary>
    /// <exception cref="IntegrityException">It is damaged, or not what its parent says; the walk goes on behind it.</exception>
    internal async ValueTask DescendAsync(CancellationToken cancellationToken)
    {
        if (readsAll && _pending.Peek().Subtree.Entries is null)
        {
            await ReadAheadAsync(cancellationToken).ConfigureAwait(false);
        }

        (ManifestSubtree subtree, byte[]? bound) = _pending.Pop();
        if (subtree.Entries is null)
        {
            ManifestNode node = await reader.NodeAsync(subtree, cancellationToken, _ahead).ConfigureAwait(false);
            if (bound is not null && node.LastPath.AsSpan().SequenceCompareTo(bound) >= 0)
            {
                throw new IntegrityException("node_damaged", $"Manifest node {subtree.Child.Digest} has paths that belong behind it.", "Run 'vers verify' to see which versions are hit.");
            }

            if (node.Level > 0)
            {
                PushChildren(node, subtree.IsLast, bound);
                return;
            }

            subtree = subtree with { Level = 0, Entries = node.Entries };
        }

        _pending.Push((subtree, bound));
    }

    /// <summary>Reads the next subtree's node together with those that come and lie behind it.</summary>
    private async ValueTask ReadAheadAsync(CancellationToken cancellationToken)
    {
        ChunkRef first = _pending.Peek().Subtree.Child.Place;
        if (_ahead?.Holds(first) == true || !reader.LiesAsItSays(first))
        {
            return;
        }

        ReadSize size = reader.ReadSize;
        int start = first.Span.Offset, end = first.Span.End, count = 0;
        foreach ((ManifestSubtree next, _) in _pending)
        {
            ChunkRef place = next.Child.Place;
            bool isNear = place.Pack == first.Pack && place.Span.IsKnown && place.Span.Offset >= start && place.Span.Offset <= end + size.MaxGap;
            if (next.Entries is not null || !isNear || Math.Max(end, place.Span.End) - start > size.MaxLength)
            {
                break;
            }

            end = Math.Max(end, place.Span.End);
            count++;
        }

        _ahead = count > 1 ? await reader.ReadAheadAsync(first.Pack, start, end - start, cancellationToken).ConfigureAwait(false) : null;
    }

    private void PushChildren(ManifestNode node, bool isLast, byte[]? bound)
    {
        for (int i = node.Children.Length - 1; i >= 0; i--)
        {
            bool last = i == node.Children.Length - 1;
            _pending.Push((new ManifestSubtree(node.Children[i], node.Level - 1, isLast && last), last ? bound : node.Children[i + 1].FirstPath));
        }
    }
}
