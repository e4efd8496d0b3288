namespace Versioning;

/// <summary>What an artifact is.</summary>
public enum ArtifactKind
{
    /// <summary>Data to learn from or to measure with.</summary>
    Dataset = 0,

    /// <summary>A model: weights and what belongs to them.</summary>
    Model = 1,

    /// <summary>A run: its log and what else it left, with the record of what it did.</summary>
    Run = 2,
}

/// <summary>An exact version: artifact, number and digest. Its text is <c>models/churn@7#sha256:…</c>.</summary>
/// <param name="Artifact">The artifact's name.</param>
/// <param name="Number">The version's number within the artifact, from 1.</param>
/// <param name="Digest">The version's digest.</param>
public sealed record ArtifactPin(string Artifact, long Number, Digest Digest)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Artifact}@{Number}#{Digest}";
}

/// <summary>The code that made a version.</summary>
/// <param name="Url">The repository's address without credentials, or null where it has no remote.</param>
/// <param name="Commit">The commit's id in hexadecimal.</param>
/// <param name="Branch">The branch, or null on a detached head.</param>
/// <param name="IsDirty">Whether the checkout differed from the commit.</param>
public sealed record CodeCommit(string? Url, string Commit, string? Branch, bool IsDirty);

/// <summary>One immutable state of an artifact, with everything that was recorded about it.</summary>
public sealed class ArtifactVersion
{
    internal ArtifactVersion() { }

    /// <summary>The exact reference of this version.</summary>
    public required ArtifactPin Pin { get; init; }

    /// <summary>The artifact's name.</summary>
    public string Artifact => Pin.Artifact;

    /// <summary>1, 2, 3 … within the artifact.</summary>
    public long Number => Pin.Number;

    /// <summary>The digest of the version's record.</summary>
    public Digest Digest => Pin.Digest;

    /// <summary>Whether this is a dataset or a model.</summary>
    public required ArtifactKind Kind { get; init; }

    /// <summary>The digest of the manifest: equal exactly when all paths, kinds and bytes are equal.</summary>
    public required Digest Content { get; init; }

    /// <summary>How many files it has.</summary>
    public required long FileCount { get; init; }

    /// <summary>The sum of the files' sizes in bytes.</summary>
    public required long ByteCount { get; init; }

    /// <summary>When it was made, to the microsecond, in UTC. Informative: nothing is decided by it.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Who made it.</summary>
    public required string Author { get; init; }

    /// <summary>What the author said of it; may be empty.</summary>
    public required string Message { get; init; }

    /// <summary>The code that made it, or null.</summary>
    public required CodeCommit? Code { get; init; }

    /// <summary>The exact versions it was made from.</summary>
    public required IReadOnlyList<ArtifactPin> Inputs { get; init; }

    /// <summary>Parameters by name.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>Metrics by name.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Metadata by name.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>By which keys that the store trusted it is signed.</summary>
    public required IReadOnlyList<VersionSignature> Signatures { get; init; }

    /// <summary>The run that it was published with as what made it, or null.</summary>
    public required ArtifactPin? MadeBy { get; init; }

    /// <summary>What the run did, where this is one; otherwise null.</summary>
    public required RunDetails? Run { get; init; }

    /// <summary>The tags that named it when it was read.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The aliases that named it when it was read, <c>latest</c> included.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Pin.ToString();
}

/// <summary>An artifact and its newest version.</summary>
/// <param name="Name">The artifact's name.</param>
/// <param name="Kind">The kind of the newest version.</param>
/// <param name="Latest">The exact reference of the newest version.</param>
/// <param name="VersionCount">How many versions were ever published.</param>
/// <param name="Aliases">Aliases and the numbers that they name.</param>
/// <param name="Tags">Tags and the numbers that they name.</param>
public sealed record ArtifactSummary(
    string Name,
    ArtifactKind Kind,
    ArtifactPin Latest,
    long VersionCount,
    IReadOnlyDictionary<string, long> Aliases,
    IReadOnlyDictionary<string, long> Tags)
{
    /// <summary>What a version has to meet before an alias is moved to it: conditions by alias.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Policies { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}
