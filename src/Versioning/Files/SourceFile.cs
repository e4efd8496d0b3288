using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>One file or link of a source. It holds nothing open, so it may be kept and opened on any thread.</summary>
internal abstract class SourceFile
{
    protected SourceFile(byte[] path, FileKind kind, FileStamp stamp, byte[]? linkTarget)
    {
        Path = path;
        Kind = kind;
        Stamp = stamp;
        LinkTarget = linkTarget;
    }

    /// <summary>The UTF-8 path from the root of the source.</summary>
    public byte[] Path { get; }

    public FileKind Kind { get; }

    /// <summary>What the walk saw; compare with <see cref="SourceTree.Stamp"/> after reading.</summary>
    public FileStamp Stamp { get; }

    /// <summary>Where a link points, in UTF-8; null for files.</summary>
    public byte[]? LinkTarget { get; }

    /// <summary>Opens the file for reading and never follows a link put in its place.</summary>
    public abstract SafeFileHandle Open();

    /// <summary>Reads the whole file, as the walk saw it.</summary>
    /// <param name="destination">As long as the file was.</param>
    /// <returns>Whether all of it was read and the stamp was the same afterwards; else what was read is to be forgotten.</returns>
    public virtual bool TryRead(Span<byte> destination)
    {
        using SafeFileHandle handle = Open();
        return FileReading.Fill(handle, destination, 0) == destination.Length && SourceTree.Stamp(handle) == Stamp;
    }

    /// <inheritdoc/>
    public override string ToString() => PathText.Show(Path);
}
