using Versioning.Pipelines.Reproducing;

namespace Versioning;

/// <summary>How a reproduction compares with what was recorded.</summary>
public enum ReproductionVerdict
{
    /// <summary>All outputs have the same digests, and all metrics the same values.</summary>
    Identical = 0,

    /// <summary>All metrics are within the tolerance; files, or values of metrics, differ.</summary>
    WithinTolerance = 1,

    /// <summary>Something differs that must not.</summary>
    Different = 2,

    /// <summary>The command ended with another exit code than 0; nothing was compared.</summary>
    CommandFailed = 3,
}

/// <summary>What became of making a run again.</summary>
public sealed class ReproductionReport
{
    internal ReproductionReport() { }

    /// <summary>The run that was made again.</summary>
    public required ArtifactPin Run { get; init; }

    /// <summary>How it compares.</summary>
    public required ReproductionVerdict Verdict { get; init; }

    /// <summary>Whether it was reproduced: identical, or within the tolerance.</summary>
    public bool IsReproduced => Verdict is ReproductionVerdict.Identical or ReproductionVerdict.WithinTolerance;

    /// <summary>The exit code of the command.</summary>
    public required int ExitCode { get; init; }

    /// <summary>What could not be had as it was, in sentences.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>What differs in the environment.</summary>
    public required IReadOnlyList<ReproducedFact> Environment { get; init; }

    /// <summary>The outputs; empty where the command failed.</summary>
    public required IReadOnlyList<ReproducedOutput> Outputs { get; init; }

    /// <summary>The metrics, by name; empty where the command failed.</summary>
    public required IReadOnlyList<ReproducedMetric> Metrics { get; init; }

    /// <summary>The full path of the folder that it ran in; null where that was removed.</summary>
    public string? Folder { get; internal set; }

    /// <summary>The run that the reproduction was recorded as, or null.</summary>
    public ArtifactPin? RecordedAs { get; internal set; }

    /// <summary>All that was found out, in lines.</summary>
    public override string ToString() => ReproductionText.Of(this);
}

/// <summary>Something of the environment that is not as it was recorded.</summary>
/// <param name="Name">What, such as <c>os</c> or <c>packages:requirements.txt</c>.</param>
/// <param name="Recorded">How it was; null where that was not known.</param>
/// <param name="Now">How it is; null where that is not known.</param>
public sealed record ReproducedFact(string Name, string? Recorded, string? Now);

/// <summary>An output that was made again.</summary>
/// <param name="Pin">The version that was recorded.</param>
/// <param name="Path">The full path of what the command made.</param>
/// <param name="ChangeCount">In how many paths both differ; 0: they are identical.</param>
/// <param name="Changes">The first 1,000 of these paths, with the recorded file before and the new one after.</param>
public sealed record ReproducedOutput(ArtifactPin Pin, string Path, long ChangeCount, IReadOnlyList<FileChange> Changes)
{
    /// <summary>Whether it has the digest that was recorded.</summary>
    public bool IsIdentical => ChangeCount == 0 && !IsMissing;

    /// <summary>Whether the command did not leave it.</summary>
    public bool IsMissing { get; init; }
}

/// <summary>A metric that was measured again.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Recorded">What it was; null where it was not measured then.</param>
/// <param name="Measured">What it is; null where it was not measured again.</param>
/// <param name="IsWithin">Whether both are there and within the tolerance, or the same without one.</param>
public sealed record ReproducedMetric(string Name, double? Recorded, double? Measured, bool IsWithin);
