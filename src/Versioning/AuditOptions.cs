namespace Versioning;

/// <summary>What of the journal to tell; what is not said limits nothing.</summary>
public sealed class AuditOptions
{
    /// <summary>Only what is about this artifact: a name, a glob such as <c>models/*</c>, or <c>models/</c> for all below.</summary>
    public string? Artifact { get; init; }

    /// <summary>
    /// Only what is about this version, retired or not: where it was published, named and retired, and where runs and
    /// other versions read or made it.
    /// </summary>
    public ArtifactReference? Reference { get; init; }

    /// <summary>Only entries whose author's name has this in it, in whatever case.</summary>
    public string? Author { get; init; }

    /// <summary>Only entries from this time on. Times are those of their authors' clocks, so they need not ascend.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only entries from before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only these operations, by their <see cref="AuditRecord.Action"/>; empty: all.</summary>
    public IReadOnlyCollection<string> Actions { get; init; } = [];

    /// <summary>Newest first. Default: false, oldest first.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>At most so many, from 1.</summary>
    public long? Limit { get; init; }
}
