namespace Versioning.Trees;

/// <summary>Walks a manifest entry by entry and can step over a whole subtree without reading it.</summary>
internal sealed class ManifestCursor(ManifestReader reader)
{
    private readonly ManifestWalk _walk = new(reader);
    private ManifestEntry[] _leaf = [];
    private int _next;

    internal bool AtEnd => Entry is null && _walk.Next is null;

    /// <summary>The next entry, or null where a subtree comes next.</summary>
    internal ManifestEntry? Entry => _next < _leaf.Length ? _leaf[_next] : null;

    /// <summary>The digest of the subtree that comes next; only where <see cref="Entry"/> is null.</summary>
    internal Digest Subtree => _walk.Next!.Child.Digest;

    /// <summary>The level of the subtree that comes next, or <see cref="ManifestSubtree.UnknownLevel"/> for the root; -1 where an entry does.</summary>
    internal int Level => Entry is null && _walk.Next is { } next ? next.Level : -1;

    /// <summary>Steps over the entry or subtree.</summary>
    internal void Skip()
    {
        if (Entry is null)
        {
            _walk.Take();
        }
        else
        {
            _next++;
        }
    }

    /// <summary>Reads the subtree that comes next; its children come next then.</summary>
    internal async Task DescendAsync(CancellationToken cancellationToken)
    {
        await _walk.DescendAsync(cancellationToken).ConfigureAwait(false);
        if (_walk.Next?.Entries is { } entries)
        {
            _walk.Take();
            (_leaf, _next) = (entries, 0);
        }
    }
}
