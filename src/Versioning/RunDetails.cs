namespace Versioning;

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>It did what it was to do; its outputs were published with it.</summary>
    Succeeded = 0,

    /// <summary>It failed; nothing of what it made was published.</summary>
    Failed = 1,

    /// <summary>It was told to stop; nothing of what it made was published.</summary>
    Cancelled = 2,

    /// <summary>Nobody has heard of it since it started, and somebody declared it lost; it can't publish anything any more.</summary>
    Lost = 3,
}

/// <summary>What a run did, beside what every version records: inputs, parameters, metrics, code, author, message.</summary>
public sealed class RunDetails
{
    internal RunDetails() { }

    /// <summary>The id under which it started: 32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>How it ended.</summary>
    public required RunOutcome Outcome { get; init; }

    /// <summary>The exit code of its command, or null where there was none.</summary>
    public required int? ExitCode { get; init; }

    /// <summary>When it started, in UTC, as its machine's clock said.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it ended, in UTC, as its machine's clock said.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>The program and its arguments; empty where it ran within another program.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>What surrounded it, by name: operating system, runtime, packages.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The digest of the definition of its stage, or null.</summary>
    public required Digest? Definition { get; init; }

    /// <summary>What its outputs depend on, as one digest: who comes with the same key can take them; or null.</summary>
    public required Digest? Key { get; init; }

    /// <summary>The versions that it made, or found to be what it made.</summary>
    public required IReadOnlyList<ArtifactPin> Outputs { get; init; }
}
