using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>
/// A file that nobody sees under its name before <see cref="Commit"/>. Without it, Dispose removes the file, or leaves what
/// can be gone on with to the next try. It has its whole length from the start, zeros where nothing was written.
/// </summary>
internal abstract class PendingFile : IDisposable
{
    /// <summary>Whether an earlier try may have written some of it.</summary>
    public bool IsResumed { get; protected init; }

    /// <summary>Open for reading and writing until the commit.</summary>
    public abstract SafeFileHandle Handle { get; }

    /// <summary>Writes all bytes there.</summary>
    public virtual void Write(ReadOnlySpan<byte> content, long offset) => RandomAccess.Write(Handle, content, offset);

    /// <summary>Gives the file its name, at once and whole, and closes it.</summary>
    /// <param name="replace">Whether a file or link of that name gives way; otherwise that is a conflict.</param>
    /// <param name="mtimeNs">The time of the last write that it gets where the disk takes one, in nanoseconds since 1970; 0: the time of the last write.</param>
    public abstract void Commit(bool replace, long mtimeNs = 0);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
