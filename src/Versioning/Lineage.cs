namespace Versioning;

/// <summary>Which way a lineage goes.</summary>
public enum LineageDirection
{
    /// <summary>To what a version was made from, and by which runs.</summary>
    Up = 0,

    /// <summary>To all that was made from a version.</summary>
    Down = 1,
}

/// <summary>A version in a lineage.</summary>
public sealed class LineageNode
{
    internal LineageNode() { }

    /// <summary>The exact reference of the version.</summary>
    public required ArtifactPin Pin { get; init; }

    /// <summary>How many steps it is away from what was asked for, which has 0.</summary>
    public required int Depth { get; init; }

    /// <summary>
    /// What was recorded of it. <see cref="ArtifactVersion.Inputs"/>, <see cref="ArtifactVersion.MadeBy"/> and the outputs
    /// of its <see cref="ArtifactVersion.Run"/> are its edges. Null where the store has no version with that number and
    /// digest: it was recorded elsewhere and copied here without, or under another number.
    /// </summary>
    public required ArtifactVersion? Version { get; init; }

    /// <summary>Whether it was retired.</summary>
    public required bool IsRetired { get; init; }

    /// <summary>The paths of the file that was looked for, in their order; at most ten of them.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>How many paths of it have the file that was looked for.</summary>
    public long PathCount { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Pin.ToString();
}

/// <summary>What versions come from, or what was made from them: answered from the journal, whatever has become of their files.</summary>
public sealed class Lineage
{
    internal Lineage() { }

    /// <summary>Which way it goes.</summary>
    public required LineageDirection Direction { get; init; }

    /// <summary>All versions and runs, each once: breadth first from what was asked for.</summary>
    public required IReadOnlyList<LineageNode> Nodes { get; init; }

    /// <summary>Whether there is more beyond the depth that was asked for.</summary>
    public required bool IsCut { get; init; }

    /// <summary>In how many versions a file was looked for; 0 where none was.</summary>
    public long SearchedVersions { get; init; }

    /// <summary>Retired versions that can't be looked into any more, as their content was given up.</summary>
    public IReadOnlyList<ArtifactPin> UnreadableVersions { get; init; } = [];
}
