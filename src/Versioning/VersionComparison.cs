namespace Versioning;

/// <summary>Versions side by side: what was recorded about them and about the runs that made them.</summary>
public sealed class VersionComparison
{
    internal VersionComparison() { }

    /// <summary>The versions, in the order in which they were asked for.</summary>
    public required IReadOnlyList<ArtifactVersion> Versions { get; init; }

    /// <summary>
    /// Everything that at least one of them records, by groups and in each by names:
    /// <c>metrics</c>, <c>params</c>, <c>inputs</c>, <c>code</c>, <c>environment</c>, <c>run</c>, <c>outputs</c>, <c>meta</c>, <c>version</c>.
    /// </summary>
    public required IReadOnlyList<ComparedRow> Rows { get; init; }
}

/// <summary>One thing that versions record, of each of them.</summary>
public sealed class ComparedRow
{
    internal ComparedRow() { }

    /// <summary>What it belongs to, such as <c>metrics</c>.</summary>
    public required string Group { get; init; }

    /// <summary>Its name in the group; of inputs and outputs that of the artifact.</summary>
    public required string Name { get; init; }

    /// <summary>Its value in each version, exact, as text; null where the version does not have it. Several pins are separated by spaces.</summary>
    public required IReadOnlyList<string?> Values { get; init; }

    /// <summary>
    /// Of a metric: by how much it is above that of the first version, in each of the others that has it; in the unit of the metric.
    /// Null for the first, where either lacks it, and in rows of anything else.
    /// </summary>
    public required IReadOnlyList<double?> Differences { get; init; }

    /// <summary>Whether it is not the same in all versions; one that lacks it differs from one that has it.</summary>
    public bool Differs => Values.Any(value => value != Values[0]);
}
