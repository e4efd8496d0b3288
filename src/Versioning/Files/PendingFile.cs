using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>
/// A file that nobody sees under its name before <see cref="Commit"/>. Without it, Dispose removes the file, or leaves what
/// can be gone on with to the next try. It has its whole length from the start, zeros where nothing was written.
/// </summary>
/// <param name="root">The full path of the target.</param>
/// <param name="path">Where in it the file will be.</param>
internal abstract class PendingFile(string root, byte[] path) : IDisposable
{
    /// <summary>Whether an earlier try may have written some of it.</summary>
    public bool IsResumed { get; protected init; }

    /// <summary>Open for reading and writing until the commit.</summary>
    public abstract SafeFileHandle Handle { get; }

    /// <summary>Where it will be.</summary>
    protected byte[] FinalPath => path;

    /// <summary>Writes all bytes there.</summary>
    public void Write(ReadOnlySpan<byte> content, long offset)
    {
        try
        {
            RandomAccess.Write(Handle, content, offset);
        }
        catch (Exception e) when (TargetErrors.Translate(e, root, path) is { } told)
        {
            throw told;
        }
    }

    /// <summary>Writes a part of another file there.</summary>
    /// <exception cref="EndOfStreamException">The other file ended early.</exception>
    public void Copy(SafeFileHandle from, long start, long offset, long length) =>
        TargetErrors.Told(root, path, () => FileCopying.Copy(from, start, Handle, offset, length));

    /// <summary>Gives the file its name, at once and whole, and closes it.</summary>
    /// <param name="replace">Whether a file or link of that name gives way; otherwise that is a conflict.</param>
    /// <param name="mtimeNs">The time of the last write that it gets where the disk takes one, in nanoseconds since 1970; 0: the time of the last write.</param>
    public void Commit(bool replace, long mtimeNs = 0) => TargetErrors.Told(root, path, () => CommitCore(replace, mtimeNs));

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void CommitCore(bool replace, long mtimeNs);

    protected abstract void Dispose(bool disposing);
}
