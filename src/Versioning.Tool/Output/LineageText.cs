using System.Globalization;

namespace Versioning.Tool.Output;

/// <summary>A lineage as a tree for people, and as one line for each version.</summary>
internal static class LineageText
{
    /// <summary>Deeper than that, lines would only grow.</summary>
    private const int MaxIndent = 40;

    private const int ShortDigest = 12;

    /// <summary>Each version once with what comes from it, or what it comes from, below it; later only named.</summary>
    internal static IEnumerable<string> Tree(Lineage lineage)
    {
        bool isUp = lineage.Direction == LineageDirection.Up;
        ILookup<LineageNode, LineageEdge> below = LineageEdges.Drawn(lineage).ToLookup(edge => isUp ? edge.To : edge.From);
        Dictionary<LineageNode, int> order = lineage.Nodes.Select((node, index) => (node, index)).ToDictionary(n => n.node, n => n.index);
        var seen = new HashSet<LineageNode>();
        var pending = new Stack<(LineageNode Node, string Head, string Indent, string Relation)>(lineage.Nodes.Where(node => node.Depth == 0).Reverse().Select(node => (node, "", "", "")));
        while (pending.TryPop(out (LineageNode Node, string Head, string Indent, string Relation) next))
        {
            if (!seen.Add(next.Node))
            {
                if (next.Relation.Length > 0)
                {
                    yield return $"{next.Head}{next.Relation}{Name(next.Node)} (above)";
                }

                continue;
            }

            yield return $"{next.Head}{next.Relation}{Describe(next.Node)}";
            LineageEdge[] edges = [.. below[next.Node].OrderBy(edge => order[Other(edge)])];
            for (int i = edges.Length - 1; i >= 0; i--)
            {
                bool isLast = i == edges.Length - 1, fits = next.Indent.Length < 2 * MaxIndent;
                pending.Push((Other(edges[i]), next.Indent + (isLast ? "└ " : "├ "), fits ? next.Indent + (isLast ? "  " : "│ ") : next.Indent, Relation(edges[i], isUp)));
            }
        }

        LineageNode Other(LineageEdge edge) => isUp ? edge.From : edge.To;
    }

    /// <summary>One version, for programs.</summary>
    internal static Field[] Row(LineageNode node) =>
    [
        new(node.Depth.ToString(CultureInfo.InvariantCulture)),
        new(node.Pin.ToString()),
        new(node.Version is { } version ? VersionJson.Kind(version.Kind) : ""),
        new(State(node)),
        new(node.Version?.Code?.Commit ?? ""),
        new(node.Version?.MadeBy?.ToString() ?? ""),
        new(node.PathCount > 0 ? node.PathCount.ToString(CultureInfo.InvariantCulture) : ""),
        new(node.Paths.Count > 0 ? node.Paths[0] : ""),
        new(node.Version?.Message ?? ""),
    ];

    internal static string Name(LineageNode node) => string.Create(CultureInfo.InvariantCulture, $"{node.Pin.Artifact}@{node.Pin.Number}");

    /// <summary>What is special about it: <c>retired</c>, <c>elsewhere</c>, the outcome of a run that made nothing; or empty.</summary>
    internal static string State(LineageNode node) => node switch
    {
        { Version: null } => "elsewhere",
        { IsRetired: true } => "retired",
        { Version.Run: { Outcome: not RunOutcome.Succeeded } run } => VersionJson.Outcome(run.Outcome),
        _ => "",
    };

    private static string Relation(LineageEdge edge, bool isUp) => (edge.IsMade, isUp) switch
    {
        (true, true) => "by ",
        (false, true) => "from ",
        (true, false) => "made ",
        _ => "used by ",
    };

    private static string Describe(LineageNode node)
    {
        var parts = new List<string> { $"{Name(node)} {node.Pin.Digest.ToHex()[..ShortDigest]}" };
        if (State(node) is { Length: > 0 } state)
        {
            parts.Add(state == "elsewhere" ? "not in this store" : state);
        }

        if (node.Version is { } version)
        {
            string names = string.Join(", ", version.Tags.Concat(version.Aliases));
            parts.AddRange(new[] { names.Length > 0 ? $"({names})" : "", Code(version), version.Message.Split('\n')[0] }.Where(part => part.Length > 0));
        }

        if (node.PathCount > 0)
        {
            long more = node.PathCount - node.Paths.Count;
            parts.Add(string.Join(", ", node.Paths) + (more > 0 ? $" and {Human.Count(more, "other path")}" : ""));
        }

        return string.Join(" · ", parts);
    }

    internal static string Code(ArtifactVersion version) =>
        version.Code is { } code ? $"code {code.Commit[..Math.Min(code.Commit.Length, ShortDigest)]}{(code.IsDirty ? " (dirty)" : "")}" : "";
}
