namespace Versioning;

/// <summary>One operation of one journal entry, in words.</summary>
/// <param name="Sequence">The entry's position in the journal, from 1.</param>
/// <param name="Entry">The entry's hash; the next entry names it.</param>
/// <param name="Time">When, as the author's clock said.</param>
/// <param name="Author">Who.</param>
/// <param name="Tool">With which version of which tool.</param>
/// <param name="Action">A stable name: <c>publish</c>, <c>run</c>, <c>tag</c>, <c>alias</c>, <c>policy</c>, <c>key</c>, <c>sign</c>, <c>demand</c>, <c>retire</c>, <c>condemn</c>, <c>relocate</c>.</param>
/// <param name="Artifact">The artifact, or null where the operation is not about one.</param>
/// <param name="Number">The version's number, or null.</param>
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
}
