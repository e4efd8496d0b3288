namespace Versioning;

/// <summary>What is known of a run when it starts.</summary>
public sealed class StartRunOptions
{
    /// <summary>What its author says of it. Default: empty.</summary>
    public string Message { get; init; } = "";

    /// <summary>Who runs it. Default: the store's <see cref="VersionStoreOptions.Author"/>.</summary>
    public string? Author { get; init; }

    /// <summary>Versions that it reads, beside those that <see cref="Run.UseAsync(ArtifactReference, IReadOnlyList{string}?, IProgress{TransferProgress}?, CancellationToken)"/> brings; each is resolved to an exact pin.</summary>
    public IList<ArtifactReference> Inputs { get; init; } = [];

    /// <summary>Parameters by name, beside those that are logged.</summary>
    public IDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Metadata by name.</summary>
    public IDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The program and its arguments; those that look like credentials are masked. Default: none, for what runs within this process.</summary>
    public IList<string> Command { get; init; } = [];

    /// <summary>The folder of the code: its git commit and the lock files of its packages are recorded. Default: the current folder.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// Whether code is recorded at all: commit, and what the checkout has that the commit does not, as a patch that is a
    /// file of the run. Ignored files and those that look like credentials are left out of it. Default: true.
    /// </summary>
    public bool RecordCode { get; init; } = true;

    /// <summary>How long the patch may be, in bytes; what is left out is named. Default: 10 MiB.</summary>
    public long MaxPatchBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Environment variables to record: names, or globs such as <c>OMP_*</c>. Values that look like credentials are masked. Default: none.</summary>
    public IList<string> EnvironmentVariables { get; init; } = [];

    /// <summary>The digest of the definition of the stage that this is a run of, or null.</summary>
    public Digest? Definition { get; init; }

    /// <summary>
    /// A digest of all that the outputs depend on, or null. It is claimed: while this run is open, no other with the
    /// same key can start in the store.
    /// </summary>
    public Digest? Key { get; init; }

    /// <summary>The id of the open run that holds the key, to declare it lost and start in its place; null: its claim is respected.</summary>
    public string? TakeOver { get; init; }

    /// <summary>Not to start where a run with the key has succeeded meanwhile.</summary>
    internal bool UnlessKnown { get; init; }
}

/// <summary>A run that has started and not ended, or nobody has heard of it since: the store can't tell.</summary>
public sealed class OpenRunInfo
{
    internal OpenRunInfo() { }

    /// <summary>Its name, such as <c>runs/train</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its id: 32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Who started it.</summary>
    public required string Author { get; init; }

    /// <summary>Where.</summary>
    public required string Machine { get; init; }

    /// <summary>When, in UTC, as that machine's clock said.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The key that it claims, or null.</summary>
    public required Digest? Key { get; init; }

    /// <summary>
    /// Whether its process lives, where it was started on this machine: false says that it ended without ending the run,
    /// which can be declared lost then. Null: only its own machine can tell.
    /// </summary>
    public bool? IsAlive { get; init; }

    /// <summary>The program and its arguments; empty for what runs within another program.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The code, or null.</summary>
    public required CodeCommit? Code { get; init; }

    /// <summary>The versions that it was known to read when it started.</summary>
    public required IReadOnlyList<ArtifactPin> Inputs { get; init; }

    /// <summary>The parameters that were known when it started.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }
}
