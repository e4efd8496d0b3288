namespace Versioning;

/// <summary>What a journal is compared with besides itself: it could be rewritten as a whole, but not what was noted elsewhere.</summary>
public sealed class VerifyJournalOptions
{
    /// <summary>Where the journal ended when somebody noted it elsewhere: <see cref="VersionStore.ReadHeadAsync"/>. It must still go on from there.</summary>
    public IReadOnlyList<JournalHead> ExpectedHeads { get; init; } = [];

    /// <summary>Versions that were pinned elsewhere, as in <c>versions.lock</c>. The journal must still publish them.</summary>
    public IReadOnlyList<ArtifactPin> ExpectedPins { get; init; } = [];
}
