namespace Versioning;

/// <summary>What there is to be said of a stage, with one combination of its parameters, before anything is run.</summary>
public sealed class StageStatus
{
    internal StageStatus() { }

    /// <summary>The stage.</summary>
    public required string Stage { get; init; }

    /// <summary>Its parameters.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>The parameters that are its own within the matrix of the stage; empty without one.</summary>
    public required IReadOnlyDictionary<string, string> Combination { get; init; }

    /// <summary>One digest of all that its outputs depend on: definition, content of inputs, parameters, code; null where an input has to be made first.</summary>
    public required Digest? Key { get; init; }

    /// <summary>The run that succeeded with that key, anywhere; null: there is none.</summary>
    public required ArtifactVersion? Run { get; init; }

    /// <summary>Why it has to be run; empty: it is up to date.</summary>
    public required IReadOnlyList<StaleReason> Reasons { get; init; }

    /// <summary>Whether nothing of what its outputs depend on has changed since they were made.</summary>
    public bool IsUpToDate => Reasons.Count == 0;

    /// <inheritdoc/>
    public override string ToString() => IsUpToDate ? $"{Stage}: up to date" : $"{Stage}: {string.Join("; ", Reasons)}";
}

/// <summary>What makes outputs stale.</summary>
public enum StaleReasonKind
{
    /// <summary>No run of the stage has succeeded.</summary>
    NeverRun = 0,

    /// <summary>An input is another version, with other content.</summary>
    DataMoved = 1,

    /// <summary>A file of the workspace that it depends on is another one.</summary>
    CodeChanged = 2,

    /// <summary>A parameter has another value.</summary>
    ParameterChanged = 3,

    /// <summary>Its definition in <c>versions.json</c> is another one.</summary>
    DefinitionChanged = 4,

    /// <summary>A stage before it has to be run.</summary>
    Upstream = 5,

    /// <summary>A version that the run made was retired.</summary>
    OutputsGone = 6,

    /// <summary>It was asked for.</summary>
    Forced = 7,
}

/// <summary>One reason for which a stage has to be run.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="What">The input, file, parameter, member of the definition or stage.</param>
/// <param name="Before">What it was when the stage was run; null: it was not there, or that is not said.</param>
/// <param name="After">What it is now; null: it is gone, or that is not said.</param>
public sealed record StaleReason(StaleReasonKind Kind, string What, string? Before = null, string? After = null)
{
    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        StaleReasonKind.NeverRun => "no run has succeeded",
        StaleReasonKind.DataMoved => $"data moved: {What} {Moved}",
        StaleReasonKind.CodeChanged => $"code {(Before is null ? "added" : After is null ? "removed" : "changed")}: {What}",
        StaleReasonKind.ParameterChanged => $"parameter changed: {What} {Moved}",
        StaleReasonKind.DefinitionChanged => $"definition changed: {What}",
        StaleReasonKind.Upstream => $"'{What}' has to be run",
        StaleReasonKind.OutputsGone => $"{What} was retired",
        _ => "forced",
    };

    private string Moved => $"{Before ?? "(none)"} → {After ?? "(none)"}";
}
