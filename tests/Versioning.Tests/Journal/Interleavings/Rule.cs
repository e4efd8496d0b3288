namespace Versioning.Tests.Journal.Interleavings;

/// <summary>The rules of the protocol that an actor can be told not to keep, one at a time.</summary>
internal enum Rule
{
    /// <summary>All are kept.</summary>
    None,

    /// <summary>A publish has one nonce over all attempts. Without: one for each attempt.</summary>
    OneNonce,

    /// <summary>The own nonce is looked for in every folded entry. Without: only in the position that was tried last.</summary>
    SearchEveryEntry,

    /// <summary>After no answer the position is read back. Without: no answer counts as a lost race.</summary>
    ReadBackAfterNoAnswer,

    /// <summary>Only what was read back counts. Without: no answer counts as done.</summary>
    NoAnswerIsNoSuccess,

    /// <summary>Conditions are checked on the state that the entry follows. Without: first checked, then folded.</summary>
    FoldBeforeCheck,

    /// <summary>Conditions are checked on every newer state. Without: once.</summary>
    CheckEveryAttempt,

    /// <summary>The head is what lies after the newest folded entry, and only a create decides. Without: an entry that is there is taken for the own one.</summary>
    CompareNonce,

    /// <summary>A checkpoint is written after its entry is in. Without: before.</summary>
    CheckpointAfterEntry,

    /// <summary>References are checked at all.</summary>
    CheckReferences,

    /// <summary>The own packs' references are checked too.</summary>
    CheckOwnPacks,

    /// <summary>A reference is valid where it resolves. Without: where nobody condemned its pack.</summary>
    ResolveReferences,

    /// <summary>Superseded objects are as gone as condemned ones.</summary>
    SupersededIsGone,

    /// <summary>An ordinal must be present where the pack lies now.</summary>
    OrdinalIsPresent,

    /// <summary>A reused subtree goes without a walk only where a version with it lives now. Without: where it lived when work began.</summary>
    ParentLivesNow,

    /// <summary>The placements inside a reused node are checked. Without: the node, and the places where the writer knows its leaves.</summary>
    CheckPlacementsOfNodes,

    /// <summary>What is uploaded again gets a new name.</summary>
    NewNameForUploads,

    /// <summary>Own packs are left to the collector. Without: deleted after a lost race.</summary>
    LeaveOwnPacks,

    /// <summary>The number counts retired versions. Without: live ones only.</summary>
    CountRetiredVersions,

    /// <summary>The number is counted anew on each attempt.</summary>
    CountAnew,

    /// <summary>Where the alias was expected is checked anew on each attempt.</summary>
    ExpectAnew,

    /// <summary>Whether a tag is free and its version lives is checked anew on each attempt.</summary>
    TagAnew,

    /// <summary>Whether a version has names is checked anew before it is retired.</summary>
    RetireAnew,

    /// <summary>A reader that finds nothing folds again.</summary>
    FoldAgain,

    /// <summary>A reader that folded again asks for the ordinal anew as well.</summary>
    ResolveOrdinalAgain,

    /// <summary>Footers are kept by object. Without: by pack id.</summary>
    FootersByObject,

    /// <summary>A reader goes on folding again while the place changes. Without: once.</summary>
    FoldAgainWhilePlaceChanges,

    /// <summary>A collector drops what is live after a lost race.</summary>
    RecheckPublishes,

    /// <summary>A collector resolves by the newest relocations.</summary>
    RecheckRelocations,

    /// <summary>Nothing is deleted that no entry condemns.</summary>
    CondemnBeforeDelete,

    /// <summary>A relocation checks that its target is not gone.</summary>
    TargetIsNotGone,

    /// <summary>A relocation checks that every live reference is present in its target.</summary>
    TargetHoldsLive,

    /// <summary>A relocator leaves its target where it gives up.</summary>
    LeaveTarget,

    /// <summary>Old objects are deleted after the entry that gives them up.</summary>
    RelocateBeforeDelete,

    /// <summary>A mirror copies objects before the entries that need them.</summary>
    ObjectsBeforeEntries,

    /// <summary>A mirror looks after copying whether something was given up meanwhile, and then begins again with the newer state.</summary>
    CopyAgainWhatIsGone,

    /// <summary>Up to the last entry that gives up objects, a mirror creates entries from that one back. Without: from the first on.</summary>
    LastEntryFirst,

    /// <summary>Each of these entries comes after the one that follows it. Without: the first comes last, the others in any order before it.</summary>
    EachAfterItsSuccessor,

    /// <summary>A mirror says up to where entries will come before it creates any out of order.</summary>
    AnnounceEntries,

    /// <summary>A mirror ends no batch before an entry that gives up objects.</summary>
    BatchesEndBehindCollections,
}
