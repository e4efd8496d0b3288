using Versioning.Workspaces;

namespace Versioning;

/// <summary>A pin as <c>versions.lock</c> has it: exactly one version, under a name that the workspace gave it.</summary>
/// <param name="Name">What it is called in the workspace; mostly the artifact's name.</param>
/// <param name="Requested">What was asked for, such as <c>models/churn@production</c>.</param>
/// <param name="Pin">The version.</param>
/// <param name="Manifest">The digest of its manifest.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Bytes">How many bytes they have.</param>
public sealed record PinnedVersion(string Name, ArtifactReference Requested, ArtifactPin Pin, Digest Manifest, long Files, long Bytes)
{
    /// <summary>Globs of the paths that are wanted of it; empty: all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Names exactly that version.</summary>
    public static implicit operator ArtifactReference(PinnedVersion pinned) => pinned?.Pin ?? default(ArtifactReference);

    /// <summary>Whether all of it is the same.</summary>
    public bool Equals(PinnedVersion? other) =>
        other is not null && (Name, Requested, Pin, Manifest, Files, Bytes) == (other.Name, other.Requested, other.Pin, other.Manifest, other.Files, other.Bytes) && Include.SequenceEqual(other.Include);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Requested, Pin);

    /// <inheritdoc/>
    public override string ToString() => Pin.ToString();
}

/// <summary>How a pin is written to <c>versions.json</c>.</summary>
public sealed class PinOptions
{
    /// <summary>What to call it. Default: the artifact's name.</summary>
    public string? Name { get; init; }

    /// <summary>The folder that it goes to, relative to the workspace. Default: what a pin of that name has already, else its name.</summary>
    public string? Path { get; init; }

    /// <summary>Whether it has no folder in the workspace: only builds restore it, and whoever says where to. Default: false.</summary>
    public bool NoPath { get; init; }

    /// <summary>Globs of the paths that are wanted; <c>**</c> is all. Default: what a pin of that name has already, else all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>What the workspace asks for from now on; another version alone leaves the rest as it was.</summary>
    internal PinIntent Intent(string name, string artifact, string selector, PinIntent? before) =>
        NoPath && Path is not null
            ? throw new VersioningException("invalid_option", $"Pin '{name}' is to have no path, and the path '{Path}'.", "Say one of both.")
            : new PinIntent(name, artifact, selector, NoPath ? null : Path ?? (before is null ? name : before.Path), Include.Count > 0 ? Include : before?.Artifact == artifact ? before.Include : []);
}

/// <summary>What an update did to a pin, or would do.</summary>
/// <param name="Before">What the lock said; null: nothing.</param>
/// <param name="After">What it says now.</param>
public sealed record PinUpdate(PinnedVersion? Before, PinnedVersion After)
{
    /// <summary>Whether anything is other than before.</summary>
    public bool Moved => Before?.Pin != After.Pin;

    /// <summary>Paths that only the new version has.</summary>
    public long Added { get; init; }

    /// <summary>Paths that only the old version has.</summary>
    public long Removed { get; init; }

    /// <summary>Paths that both have, with other bytes.</summary>
    public long Modified { get; init; }
}

/// <summary>How pins are restored.</summary>
public sealed class RestoreOptions
{
    /// <summary>Only these, by name. Default: all.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The lock has to say everything already, and stays as it is: for CI. Default: false, what it lacks is resolved and locked.</summary>
    public bool Locked { get; init; }

    /// <summary>Replace files that were changed. Default: false, they are a conflict.</summary>
    public bool Force { get; init; }

    /// <summary>How files get from the machine's cache into the workspace.</summary>
    public LinkKind Links { get; init; }

    /// <summary>A folder that pins go to, each into one of its name, wherever <c>versions.json</c> would have them. Default: null, they go there.</summary>
    public string? Into { get; init; }

    /// <summary>Say of each pin which files it has. Default: false.</summary>
    public bool WithPaths { get; init; }
}

/// <summary>A pin that is restored.</summary>
/// <param name="Version">The version.</param>
/// <param name="Path">The full path of its folder.</param>
/// <param name="Files">How many files were asked for.</param>
/// <param name="Bytes">How many bytes they have.</param>
/// <param name="Written">How many files were not there before.</param>
/// <param name="Removed">How many files of another version were removed.</param>
/// <param name="Kept">How many files of another version were changed since, and stay.</param>
public sealed record RestoredPin(PinnedVersion Version, string Path, long Files, long Bytes, long Written, long Removed, long Kept)
{
    /// <summary>Its files and links, in order, relative to <see cref="Path"/>; empty unless <see cref="RestoreOptions.WithPaths"/> asked for them.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];
}

/// <summary>What can be said of a pin.</summary>
/// <param name="Name">The pin.</param>
/// <param name="Requested">What <c>versions.json</c> asks for.</param>
/// <param name="Locked">What the lock says; null: nothing that fits.</param>
public sealed record PinStatus(string Name, ArtifactReference Requested, PinnedVersion? Locked)
{
    /// <summary>The full path of its folder; null: it has none in the workspace, so no file of it can be missing there.</summary>
    public required string? Path { get; init; }

    /// <summary>Whether none of its files is there.</summary>
    public bool IsMissing { get; init; }

    /// <summary>Files that are not there.</summary>
    public long MissingFiles { get; init; }

    /// <summary>Files that are there with other content.</summary>
    public long ModifiedFiles { get; init; }

    /// <summary>The first of the files that are missing or modified.</summary>
    public IReadOnlyList<FileChange> Changes { get; init; } = [];

    /// <summary>What is asked for means another version now; null: it does not, or that was not looked up.</summary>
    public ArtifactPin? Newer { get; init; }

    /// <summary>Whether the version was retired; false too where that was not looked up.</summary>
    public bool IsRetired { get; init; }

    /// <summary>Whether everything is as the lock says, and the lock is as <c>versions.json</c> asks.</summary>
    public bool IsClean => Locked is not null && !IsMissing && MissingFiles + ModifiedFiles == 0 && Newer is null && !IsRetired;
}
