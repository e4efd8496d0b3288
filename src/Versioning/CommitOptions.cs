namespace Versioning;

/// <summary>What a commit records beside the bytes, and how it goes about them.</summary>
public sealed class CommitOptions
{
    /// <summary>What the author says of the version. Default: empty.</summary>
    public string Message { get; init; } = "";

    /// <summary>Dataset or model. Default: the artifact's present kind; for a new one, model where its name begins with <c>models/</c>, else dataset.</summary>
    public ArtifactKind? Kind { get; init; }

    /// <summary>Who makes it. Default: the store's <see cref="VersionStoreOptions.Author"/>.</summary>
    public string? Author { get; init; }

    /// <summary>The versions it was made from; each is resolved to an exact pin.</summary>
    public IList<ArtifactReference> Inputs { get; init; } = [];

    /// <summary>Parameters by name.</summary>
    public IDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Metrics by name; finite numbers.</summary>
    public IDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Metadata by name.</summary>
    public IDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Markdown that says what the version is, at most 1 MiB in UTF-8. It becomes its file <c>README.md</c>, which the
    /// metadata <c>card</c> names; where the folder has that file already it has to be the same. Default: no card, even where
    /// the version before had one.
    /// </summary>
    public string? Card { get; init; }

    /// <summary>The file that <see cref="Card"/> is read from, in its place.</summary>
    public string? CardFile { get; init; }

    /// <summary>The code that made it. Default: found by itself where the path or the current folder lies in a git checkout.</summary>
    public CodeCommit? Code { get; init; }

    /// <summary>Whether a code commit is recorded at all. Default: true.</summary>
    public bool RecordCode { get; init; } = true;

    /// <summary>A tag for the new version, set in the same journal entry; must be free.</summary>
    public string? Tag { get; init; }

    /// <summary>An alias moved to the new version in the same journal entry.</summary>
    public string? Alias { get; init; }

    /// <summary>
    /// Whether the version is signed, with <see cref="VersionStoreOptions.Signer"/>, in the same journal entry: all its paths are gone through for that.
    /// Default: null, where the store demands it.
    /// </summary>
    public bool? Sign { get; init; }

    /// <summary>The number that must be the latest when the version is published (0: none yet), or null for no condition.</summary>
    public long? ExpectLatest { get; init; }

    /// <summary>Patterns with the rules of gitignore; only files that match one are taken. Default: all.</summary>
    public IList<string> Include { get; init; } = [];

    /// <summary>Patterns with the rules of gitignore; files that match are left out, as those in <c>.versignore</c>.</summary>
    public IList<string> Exclude { get; init; } = [];

    /// <summary>Whether the folder holds only what changes: every other path of the latest version stays. Default: false.</summary>
    public bool Patch { get; init; }

    /// <summary>With <see cref="Patch"/>: globs of paths that the latest version loses, before what the folder holds is put in.</summary>
    public IList<string> Remove { get; init; } = [];

    /// <summary>Read every file even where the file cache knows it. Default: false.</summary>
    public bool Rehash { get; init; }

    /// <summary>Compress where it pays. Default: true.</summary>
    public bool Compress { get; init; } = true;
}

/// <summary>What a commit did.</summary>
public sealed class CommitResult
{
    internal CommitResult() { }

    /// <summary>The version that holds the content now: the new one, or the one that already did.</summary>
    public required ArtifactVersion Version { get; init; }

    /// <summary>Its exact reference.</summary>
    public ArtifactPin Pin => Version.Pin;

    /// <summary>Whether the latest version already had this content, inputs and metadata, so that none was made.</summary>
    public required bool Unchanged { get; init; }

    /// <summary>Bytes that this commit added to the store, journal entry included.</summary>
    public required long StoredBytes { get; init; }

    /// <summary>The exact reference of the version, as text.</summary>
    public override string ToString() => Pin.ToString();
}
