namespace Versioning.Pipelines.Planning;

/// <summary>What a stage depends on now, and whether it was run with that.</summary>
/// <param name="Instance">The stage, with its parameters.</param>
/// <param name="Inputs">The versions that it reads.</param>
/// <param name="Files">Its code.</param>
/// <param name="Document">All of that, as it is kept with the run.</param>
/// <param name="Key">The digest of that.</param>
/// <param name="Known">The run that succeeded with it, and whose outputs live; null: there is none.</param>
/// <param name="Reasons">Why it has to be run; empty: it has not.</param>
internal sealed record StagePlan(
    StageInstance Instance,
    IReadOnlyList<StageInputVersion> Inputs,
    IReadOnlyList<CodeFile> Files,
    byte[] Document,
    Digest Key,
    KnownRun? Known,
    IReadOnlyList<StaleReason> Reasons)
{
    internal StageStatus Status(bool forced) => new()
    {
        Stage = Instance.Stage.Name,
        Parameters = Instance.Parameters,
        Combination = Instance.Combination,
        Key = Key,
        Run = Known?.Run,
        Reasons = forced && Reasons.Count == 0 ? [new StaleReason(StaleReasonKind.Forced, Instance.Stage.Name)] : Reasons,
    };
}

/// <summary>A run that succeeded, and what it made.</summary>
internal sealed record KnownRun(ArtifactVersion Run, IReadOnlyList<ArtifactVersion> Outputs);
