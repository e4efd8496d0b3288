namespace Versioning;

/// <summary>What became of a stage.</summary>
public enum StageOutcome
{
    /// <summary>Nothing had to be done: it ran before, and its outputs are in their places.</summary>
    UpToDate = 0,

    /// <summary>It ran before, here or elsewhere; its outputs were fetched.</summary>
    Fetched = 1,

    /// <summary>It ran and succeeded; what it made is published.</summary>
    Ran = 2,

    /// <summary>It ran and failed, or could not be run.</summary>
    Failed = 3,

    /// <summary>A stage that it needs did not succeed.</summary>
    NotRun = 4,

    /// <summary>It was told to stop.</summary>
    Cancelled = 5,
}

/// <summary>What became of a stage, with one combination of its parameters.</summary>
public sealed class StageResult
{
    internal StageResult() { }

    /// <summary>The stage.</summary>
    public required string Stage { get; init; }

    /// <summary>The parameters that are its own within the matrix of the stage; empty without one.</summary>
    public required IReadOnlyDictionary<string, string> Combination { get; init; }

    /// <summary>What became of it.</summary>
    public required StageOutcome Outcome { get; init; }

    /// <summary>One digest of all that its outputs depend on, as <see cref="StageStatus.Key"/>; null where it never got so far.</summary>
    public required Digest? Key { get; init; }

    /// <summary>The run that it is or that its outputs come from; null: there is none.</summary>
    public required ArtifactVersion? Run { get; init; }

    /// <summary>The versions that are its outputs now.</summary>
    public required IReadOnlyList<ArtifactVersion> Outputs { get; init; }

    /// <summary>What went wrong; null: nothing did, or the run says it.</summary>
    public required Exception? Error { get; init; }

    /// <summary>Whether its outputs are what they should be.</summary>
    public bool IsGood => Outcome is StageOutcome.UpToDate or StageOutcome.Fetched or StageOutcome.Ran;
}
