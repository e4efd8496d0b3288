namespace Versioning.Tool.Output;

/// <summary>One step of a lineage, from what was there before to what came of it.</summary>
/// <param name="From">The input, or the run.</param>
/// <param name="To">What was made from it, or by it.</param>
/// <param name="IsMade">Whether a run made it; otherwise it is an input.</param>
internal readonly record struct LineageEdge(LineageNode From, LineageNode To, bool IsMade);

/// <summary>The steps between the versions of a lineage.</summary>
internal static class LineageEdges
{
    /// <summary>All that were recorded.</summary>
    internal static IEnumerable<LineageEdge> All(Lineage lineage)
    {
        Dictionary<ArtifactPin, LineageNode> nodes = lineage.Nodes.ToDictionary(node => node.Pin);
        return lineage.Nodes.SelectMany(node => Of(node)).Distinct();

        IEnumerable<LineageEdge> Of(LineageNode node)
        {
            if (node.Version is not { } version)
            {
                yield break;
            }

            if (version.MadeBy is { } maker && nodes.TryGetValue(maker, out LineageNode? run))
            {
                yield return new(run, node, IsMade: true);
            }

            foreach (ArtifactPin pin in version.Inputs)
            {
                if (nodes.TryGetValue(pin, out LineageNode? input))
                {
                    yield return new(input, node, IsMade: false);
                }
            }

            // Upwards only what made a version counts, not who came to the same one later.
            foreach (ArtifactPin pin in lineage.Direction == LineageDirection.Down ? version.Run?.Outputs ?? [] : [])
            {
                if (nodes.TryGetValue(pin, out LineageNode? output))
                {
                    yield return new(node, output, IsMade: true);
                }
            }
        }
    }

    /// <summary>Those that are worth drawing: what a run read goes into what it made by way of the run.</summary>
    internal static IEnumerable<LineageEdge> Drawn(Lineage lineage)
    {
        HashSet<LineageEdge> all = [.. All(lineage)];
        Dictionary<ArtifactPin, LineageNode> nodes = lineage.Nodes.ToDictionary(node => node.Pin);
        return all.Where(edge => edge.IsMade
            || edge.To.Version?.MadeBy is not { } maker
            || !nodes.TryGetValue(maker, out LineageNode? run)
            || !all.Contains(new(edge.From, run, IsMade: false)));
    }
}
