using Versioning.Journal;

namespace Versioning.Lineages;

/// <summary>
/// Who comes from whom, as a state knows it. Two indexes over all versions are made for one question: the state itself
/// keeps one direction only.
/// </summary>
internal sealed class LineageGraph
{
    private readonly StoreState _state;
    private readonly LineageDirection _direction;
    private readonly Dictionary<VersionKey, List<VersionKey>> _made = [];
    private readonly Dictionary<long, List<VersionKey>> _runs = [];

    internal LineageGraph(StoreState state, LineageDirection direction)
    {
        (_state, _direction) = (state, direction);
        foreach ((string name, ArtifactState artifact) in state.Artifacts)
        {
            foreach (PublishedVersion version in artifact.Versions)
            {
                Add(new VersionKey(name, version.Number), version);
            }
        }
    }

    /// <summary>Versions that can be reached in some steps, each once, breadth first.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="depth">After how many steps to end; null: never.</param>
    /// <returns>Each with its steps, and whether there are more.</returns>
    internal (List<(VersionKey Key, int Depth)> Reached, bool IsCut) Walk(IEnumerable<VersionKey> from, int? depth)
    {
        List<(VersionKey Key, int Depth)> reached = [.. from.Distinct().Select(key => (key, 0))];
        HashSet<VersionKey> seen = [.. reached.Select(r => r.Key)];
        bool isCut = false;
        for (int i = 0; i < reached.Count; i++)
        {
            (VersionKey key, int steps) = reached[i];
            foreach (VersionKey next in Next(key).Where(next => !seen.Contains(next)))
            {
                if (steps == depth)
                {
                    isCut = true;
                    break;
                }

                seen.Add(next);
                reached.Add((next, steps + 1));
            }
        }

        return (reached, isCut);
    }

    private void Add(VersionKey key, PublishedVersion version)
    {
        if (_direction == LineageDirection.Down)
        {
            foreach (VersionKey input in version.Inputs)
            {
                AddTo(_made, input, key);
            }
        }
        else if (!version.Outputs.IsEmpty)
        {
            AddTo(_runs, version.Sequence, key);
        }
    }

    private IEnumerable<VersionKey> Next(VersionKey key)
    {
        PublishedVersion version = _state[key];
        if (_direction == LineageDirection.Up)
        {
            // What made a version was published with it; a later run may have found it to be what it made.
            IEnumerable<VersionKey> runs = _runs.GetValueOrDefault(version.Sequence, []).Where(run => _state[run].Outputs.Contains(key));
            return runs.Take(1).Concat(version.Inputs);
        }

        return version.Outputs.Concat(_made.GetValueOrDefault(key, []).OrderBy(made => _state[made].Sequence));
    }

    private static void AddTo<TKey>(Dictionary<TKey, List<VersionKey>> lists, TKey key, VersionKey value)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out List<VersionKey>? list))
        {
            lists.Add(key, list = []);
        }

        list.Add(value);
    }
}
