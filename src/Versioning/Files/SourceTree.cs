using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>The files of a folder, or one file, in byte order of their paths.</summary>
/// <remarks>
/// Left out: '.git', stores in folders named '.versions', folders that stay apart, unfinished files of a fetch, empty folders and what the filter
/// excludes. Links to folders are links. A file that vanishes during the walk is as good as never seen.
/// </remarks>
internal abstract class SourceTree : IDisposable
{
    /// <summary>Opens a folder, or a file as a tree with one entry of its name.</summary>
    public static SourceTree Open(string path, PathFilter filter)
    {
        string full = Path.GetFullPath(path);
        if (!Directory.Exists(full) && !File.Exists(full))
        {
            throw new NotFoundException("source_not_found", $"There is no file or folder '{path}'.", "Check the path and where the command runs.");
        }

        return Posix.IsSupported ? PosixSourceTree.OpenRoot(full, filter) : new PortableSourceTree(full, filter);
    }

    /// <summary>Yields every entry once. One thread at a time; entries may be opened on others.</summary>
    public abstract IEnumerable<SourceFile> Enumerate(CancellationToken cancellationToken);

    /// <summary>The stamp of an open file, comparable with that of the walk.</summary>
    public static FileStamp Stamp(SafeFileHandle handle)
    {
        if (!Posix.IsSupported)
        {
            return PortableStamp.Of(handle);
        }

        return PosixStat.TryRead(handle, out StatxRecord record)
            ? record.Stamp
            : throw Posix.Error("Can't look at an open file", "");
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
