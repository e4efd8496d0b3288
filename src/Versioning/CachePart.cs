namespace Versioning;

/// <summary>What one folder of this machine's cache holds, and what was removed from it now.</summary>
/// <param name="Name">Its name: <c>content</c>, <c>metadata</c>, <c>files</c>, <c>lists</c>, <c>versions</c>, <c>uploads</c>, <c>workspaces</c> or <c>live</c>.</param>
/// <param name="Path">Its full path; there may be no such folder yet.</param>
public sealed record CachePart(string Name, string Path)
{
    /// <summary>How many files it holds.</summary>
    public long Files { get; init; }

    /// <summary>How many bytes they have.</summary>
    public long Bytes { get; init; }

    /// <summary>How many of them other folders have too, by hard links: they stay.</summary>
    public long FilesInUse { get; init; }

    /// <summary>How many bytes those have.</summary>
    public long BytesInUse { get; init; }

    /// <summary>How many files were removed.</summary>
    public long RemovedFiles { get; init; }

    /// <summary>How many bytes they had.</summary>
    public long RemovedBytes { get; init; }
}
