namespace Versioning;

/// <summary>What one folder of this machine's cache holds, and what was removed from it now.</summary>
/// <param name="Name">Its name: <c>content</c>, <c>metadata</c>, <c>files</c>, <c>lists</c>, <c>versions</c>, <c>uploads</c>, <c>workspaces</c> or <c>live</c>.</param>
/// <param name="Path">Its full path; there may be no such folder yet.</param>
public sealed record CachePart(string Name, string Path)
{
    /// <summary>How many versions it has as folders that programs open; 0 but for <c>versions</c>.</summary>
    public long Versions { get; init; }

    /// <summary>How many of those some process has open: they stay.</summary>
    public long VersionsInUse { get; init; }

    /// <summary>How many versions were removed.</summary>
    public long RemovedVersions { get; init; }

    /// <summary>How many files it holds. Most of <c>versions</c> are the very files of <c>content</c>, by hard links, and count for both.</summary>
    public long Files { get; init; }

    /// <summary>How many bytes they have.</summary>
    public long Bytes { get; init; }

    /// <summary>How many of them stay: other folders have them too, by hard links, or a process has a version open that they belong to.</summary>
    public long FilesInUse { get; init; }

    /// <summary>How many bytes those have.</summary>
    public long BytesInUse { get; init; }

    /// <summary>How many files were removed.</summary>
    public long RemovedFiles { get; init; }

    /// <summary>How many bytes they had.</summary>
    public long RemovedBytes { get; init; }

    /// <summary>How many are damaged and stay, as a process has their version open: whoever opens it next replaces them.</summary>
    public long DamagedInUse { get; init; }
}
