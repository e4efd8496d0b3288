using Versioning.Journal;

namespace Versioning.Lineages;

/// <summary>Walks in memory, then reads the records of what is shown, side by side.</summary>
internal sealed class LineageOperation(JournalLog journal, StoreState state, LineageDirection direction, int atOnce)
{
    private static readonly FileHits NoHits = new();

    /// <summary>The versions where it begins.</summary>
    internal required IReadOnlyCollection<VersionKey> From { get; init; }

    /// <summary>After how many steps it ends.</summary>
    internal int? Depth { get; init; }

    /// <summary>Where a file was looked for, or null.</summary>
    internal VersionSearch? Search { get; init; }

    internal async Task<Lineage> RunAsync(CancellationToken cancellationToken)
    {
        (List<(VersionKey Key, int Depth)> reached, bool isCut) = new LineageGraph(state, direction).Walk(From, Depth);
        var nodes = new LineageNode[reached.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, nodes.Length, options, async (i, token) => nodes[i] = await DescribeAsync(reached[i].Key, reached[i].Depth, token).ConfigureAwait(false)).ConfigureAwait(false);
        IReadOnlyList<LineageNode> all = nodes;
        if (direction == LineageDirection.Up)
        {
            (all, bool elsewhere) = WithElsewhere(nodes);
            isCut |= elsewhere;
        }

        return new Lineage
        {
            Direction = direction,
            Nodes = all,
            IsCut = isCut,
            SearchedVersions = Search?.Count ?? 0,
            UnreadableVersions = [.. (Search?.Unreadable ?? []).Order(Comparer<VersionKey>.Create(Compare)).Select(PinOf)],
        };
    }

    /// <summary>By artifact, then by number.</summary>
    internal static int Compare(VersionKey one, VersionKey other) =>
        string.CompareOrdinal(one.Artifact, other.Artifact) is not 0 and int order ? order : one.Number.CompareTo(other.Number);

    private async Task<LineageNode> DescribeAsync(VersionKey key, int depth, CancellationToken cancellationToken)
    {
        PublishedVersion version = state[key];
        (VersionRecord record, ArtifactPin? madeBy) = await journal.ReadMadeAsync(key.Artifact, version, cancellationToken).ConfigureAwait(false);
        FileHits hits = Search?.Found.GetValueOrDefault(key) ?? NoHits;
        return new LineageNode
        {
            Pin = PinOf(key),
            Depth = depth,
            Version = VersionDescription.Create(key.Artifact, state.Find(key.Artifact)!, version, record, madeBy, state.Trust),
            IsRetired = version.Retired,
            Paths = hits.Paths,
            PathCount = hits.Count,
        };
    }

    /// <summary>Adds the inputs that are not in this store, which only records name.</summary>
    private (IReadOnlyList<LineageNode> Nodes, bool IsCut) WithElsewhere(LineageNode[] nodes)
    {
        HashSet<ArtifactPin> seen = [.. nodes.Select(node => node.Pin)];
        var elsewhere = new List<LineageNode>();
        bool isCut = false;
        foreach (LineageNode node in nodes)
        {
            foreach (ArtifactPin input in node.Version!.Inputs.Where(input => state.Find(input.Artifact)?.Find(input.Number)?.Digest != input.Digest))
            {
                if (node.Depth == Depth)
                {
                    isCut |= !seen.Contains(input);
                }
                else if (seen.Add(input))
                {
                    elsewhere.Add(new LineageNode { Pin = input, Depth = node.Depth + 1, Version = null, IsRetired = false });
                }
            }
        }

        // Stable, so that it stays breadth first.
        return elsewhere.Count == 0 ? (nodes, isCut) : ([.. nodes.Concat(elsewhere).OrderBy(node => node.Depth)], isCut);
    }

    private ArtifactPin PinOf(VersionKey key) => new(key.Artifact, key.Number, state[key].Digest);
}
