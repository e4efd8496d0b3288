using System.Globalization;
using System.Text;

namespace Versioning.Tool.Output;

/// <summary>A lineage as a diagram, from what was there first to what came of it. What others named can't get out of a label.</summary>
internal static class LineageDiagram
{
    internal static IEnumerable<string> Mermaid(Lineage lineage)
    {
        Dictionary<LineageNode, int> ids = Ids(lineage);
        yield return "flowchart LR";
        foreach ((LineageNode node, int id) in ids)
        {
            string label = string.Join("<br/>", Label(node).Select(Entities));
            (string open, string close) = node.Version?.Kind switch { ArtifactKind.Run => ("([", "])"), ArtifactKind.Model => ("[[", "]]"), _ => ("[", "]") };
            yield return $"  n{id}{open}\"{label}\"{close}";
        }

        foreach (LineageEdge edge in LineageEdges.Drawn(lineage))
        {
            yield return $"  n{ids[edge.From]} --> n{ids[edge.To]}";
        }
    }

    internal static IEnumerable<string> Dot(Lineage lineage)
    {
        Dictionary<LineageNode, int> ids = Ids(lineage);
        yield return "digraph lineage {";
        yield return "  rankdir=LR;";
        foreach ((LineageNode node, int id) in ids)
        {
            string shape = node.Version?.Kind switch { ArtifactKind.Run => "ellipse", ArtifactKind.Model => "box3d", ArtifactKind.Dataset => "box", _ => "note" };
            yield return $"  n{id} [label=\"{string.Join("\\n", Label(node).Select(Quoted))}\", shape={shape}];";
        }

        foreach (LineageEdge edge in LineageEdges.Drawn(lineage))
        {
            yield return $"  n{ids[edge.From]} -> n{ids[edge.To]};";
        }

        yield return "}";
    }

    private static Dictionary<LineageNode, int> Ids(Lineage lineage) => lineage.Nodes.Select((node, index) => (node, index)).ToDictionary(n => n.node, n => n.index);

    private static IEnumerable<string> Label(LineageNode node)
    {
        yield return LineageText.Name(node);
        if (LineageText.State(node) is { Length: > 0 } state)
        {
            yield return state;
        }

        if (node.Version is { } version && LineageText.Code(version) is { Length: > 0 } code)
        {
            yield return code;
        }

        if (node.PathCount > 0)
        {
            yield return node.Paths[0] + (node.PathCount > 1 ? string.Create(CultureInfo.InvariantCulture, $" +{node.PathCount - 1}") : "");
        }
    }

    /// <summary>Mermaid's own entities for all but plain characters.</summary>
    private static string Entities(string text)
    {
        var escaped = new StringBuilder();
        foreach (Rune rune in Human.OneLine(text).EnumerateRunes())
        {
            bool isPlain = Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '/' or '@' or '.' or '_' or '-' or '+' or ',' or '(' or ')';
            _ = isPlain ? escaped.Append(rune) : escaped.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
        }

        return escaped.ToString();
    }

    private static string Quoted(string text) => Human.OneLine(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
