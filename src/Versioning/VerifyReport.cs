namespace Versioning;

/// <summary>What to check.</summary>
public sealed class VerifyOptions
{
    /// <summary>Only this version; null checks the whole store.</summary>
    public ArtifactReference? Reference { get; init; }

    /// <summary>
    /// Whether the SHA-256 of each file of several chunks is computed anew over its bytes, besides those of its chunks.
    /// Null: for one version it is, for the whole store it is not, as chunks that versions share would be read for each.
    /// </summary>
    public bool? HashFiles { get; init; }
}

/// <summary>One thing that is wrong with a store.</summary>
/// <param name="Object">The key of the object that is missing or damaged.</param>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="Versions">Exact references of the versions that it hits.</param>
/// <param name="Files">Paths that it hits, each after its version: <c>models/churn@7 weights.bin</c>. At most 1,000.</param>
public sealed record Damage(string Object, string Problem, IReadOnlyList<string> Versions, IReadOnlyList<string> Files);

/// <summary>What a verification saw.</summary>
/// <param name="Objects">Objects read.</param>
/// <param name="Bytes">Stored bytes read and checked.</param>
/// <param name="Versions">Versions checked.</param>
/// <param name="Damages">Everything that is wrong; empty for a sound store.</param>
public sealed record VerifyReport(long Objects, long Bytes, long Versions, IReadOnlyList<Damage> Damages)
{
    /// <summary>Whether what no version reaches was checked too: not for one version, and not in a store that can't be listed.</summary>
    public bool IncludesUnreferenced { get; init; }

    /// <summary>
    /// In a replica that a mirror is bringing up to date, or was when it was interrupted: the position in the journal up
    /// to which it brings entries. Null elsewhere. Readers see an earlier state until all of them are there, and that was checked.
    /// </summary>
    public long? IncomingUpTo { get; init; }

    /// <summary>Where the journal ends, as far as it can be folded.</summary>
    public JournalHead Head { get; init; }

    /// <summary>How many entries and versions were compared with what this machine saw and others noted; of a journal only.</summary>
    public long Witnesses { get; init; }

    /// <summary>Inputs of versions that name versions of other stores, as pins, which is no damage; of a journal only. At most 1,000.</summary>
    public IReadOnlyList<string> ForeignInputs { get; init; } = [];

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Damages.Count == 0;
}
