namespace Versioning.Lineages;

/// <summary>
/// What was found below manifest nodes that were searched. A digest covers all paths and files below it, so it does not
/// matter in which version, or where, a node lies. Bounded: what was not asked for in the last while is forgotten.
/// Thread-safe.
/// </summary>
/// <param name="most">How many nodes are remembered at least, and half of how many at most.</param>
internal sealed class SearchedNodes(int most = 125_000)
{
    private readonly Lock _lock = new();
    private Dictionary<Digest, FileHits?> _young = [], _old = [];

    /// <summary>Whether a node was searched, and what was found; null: nothing.</summary>
    internal bool TryGet(Digest node, out FileHits? hits)
    {
        lock (_lock)
        {
            if (_young.TryGetValue(node, out hits))
            {
                return true;
            }

            if (!_old.TryGetValue(node, out hits))
            {
                return false;
            }

            Add(node, hits);
            return true;
        }
    }

    internal void Note(Digest node, FileHits? hits)
    {
        lock (_lock)
        {
            Add(node, hits);
        }
    }

    private void Add(Digest node, FileHits? hits)
    {
        if (_young.Count >= most)
        {
            (_old, _young) = (_young, []);
        }

        _young[node] = hits;
    }
}
