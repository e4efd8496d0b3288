namespace Versioning;

/// <summary>One operation of one journal entry, in words and in parts.</summary>
/// <param name="Sequence">The entry's position in the journal, from 1.</param>
/// <param name="Entry">The entry's hash; the next entry names it.</param>
/// <param name="Time">When, as the author's clock said, in UTC.</param>
/// <param name="Author">Who.</param>
/// <param name="Tool">With which version of which tool.</param>
/// <param name="Action">A stable name: <c>publish</c>, <c>run</c>, <c>tag</c>, <c>alias</c>, <c>policy</c>, <c>key</c>, <c>sign</c>, <c>demand</c>, <c>retire</c>, <c>condemn</c>, <c>relocate</c>.</param>
/// <param name="Artifact">The artifact, or null where the operation is not about one.</param>
/// <param name="Number">The version's number; of an alias the one that it names from then on. Null where it is not about one.</param>
/// <param name="Description">A sentence.</param>
public sealed record AuditRecord(
    long Sequence,
    Digest Entry,
    DateTimeOffset Time,
    string Author,
    string Tool,
    string Action,
    string? Artifact,
    long? Number,
    string Description)
{
    /// <summary>The id of the key that the entry is signed with, or null; whether that is one that the store trusts, <see cref="VersionStore.ListKeysAsync"/> tells.</summary>
    public Digest? SignedBy { get; init; }

    /// <summary>Which operation of the entry it is, from 0; entry and index together name it for ever.</summary>
    public int Index { get; init; }

    /// <summary>The hash of the entry before; all zeros in entry 1.</summary>
    public Digest Previous { get; init; }

    /// <summary>The exact version of <see cref="Number"/>, or null.</summary>
    public ArtifactPin? Pin { get; init; }

    /// <summary>The tag or alias that it is about, or null.</summary>
    public string? Label { get; init; }

    /// <summary>The number that an alias named before; null where it named none, and elsewhere.</summary>
    public long? From { get; init; }

    /// <summary>What was said of a version, or null where none is published.</summary>
    public string? Message { get; init; }

    /// <summary>The code of a version or a run, or null.</summary>
    public CodeCommit? Code { get; init; }

    /// <summary>What a version was made from, or what a run read when it started.</summary>
    public IReadOnlyList<ArtifactPin> Inputs { get; init; } = [];

    /// <summary>What a run made, in the operation that ends it.</summary>
    public IReadOnlyList<ArtifactPin> Outputs { get; init; } = [];

    /// <summary>The run's id, where a run starts or ends, or null.</summary>
    public string? RunId { get; init; }

    /// <summary>How a run ended, or null.</summary>
    public RunOutcome? Outcome { get; init; }

    /// <summary>What a policy demands from then on; empty: nothing.</summary>
    public IReadOnlyList<string> Conditions { get; init; } = [];
}
