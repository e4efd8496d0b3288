namespace Versioning;

/// <summary>What an entry of a manifest is.</summary>
public enum FileKind
{
    /// <summary>A file.</summary>
    File = 0,

    /// <summary>A file that may be executed.</summary>
    Executable = 1,

    /// <summary>A symbolic link; its content is the UTF-8 text of its target.</summary>
    Link = 2,
}

/// <summary>One file of a version.</summary>
/// <param name="Path">Where it lies in the version, <c>/</c>-separated.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Sha256">The plain SHA-256 of its bytes, as <c>sha256sum</c> gives it.</param>
public sealed record FileEntry(string Path, FileKind Kind, long Size, Digest Sha256);

/// <summary>How a path differs between two versions.</summary>
public enum FileChangeKind
{
    /// <summary>Only the second version has it.</summary>
    Added = 0,

    /// <summary>Only the first version has it.</summary>
    Removed = 1,

    /// <summary>Both have it, with other bytes or of another kind.</summary>
    Modified = 2,
}

/// <summary>One path in which two versions differ.</summary>
/// <param name="Kind">How they differ.</param>
/// <param name="Path">The path.</param>
/// <param name="Before">The file in the first version, or null.</param>
/// <param name="After">The file in the second version, or null.</param>
public sealed record FileChange(FileChangeKind Kind, string Path, FileEntry? Before, FileEntry? After)
{
    /// <summary>
    /// The differences within the file; null where it was not looked into: by <see cref="VersionStore.DiffAsync"/>, and where
    /// its format is not known. Empty where nothing that is looked at differs.
    /// </summary>
    public IReadOnlyList<ContentChange>? Content { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind switch { FileChangeKind.Added => 'A', FileChangeKind.Removed => 'D', _ => 'M' }} {Path}";
}

/// <summary>One file with all its bytes, verified. The bytes are the receiver's to keep.</summary>
/// <param name="Entry">The file.</param>
/// <param name="Content">Its bytes.</param>
public sealed record FileContent(FileEntry Entry, ReadOnlyMemory<byte> Content)
{
    /// <summary>Where it lies in the version.</summary>
    public string Path => Entry.Path;
}

/// <summary>How far a long operation has come.</summary>
/// <param name="Bytes">Bytes of content done.</param>
/// <param name="TotalBytes">Bytes in all, or null while unknown.</param>
/// <param name="Files">Files done.</param>
/// <param name="TotalFiles">Files in all, or null while unknown.</param>
public readonly record struct TransferProgress(long Bytes, long? TotalBytes, long Files, long? TotalFiles);
