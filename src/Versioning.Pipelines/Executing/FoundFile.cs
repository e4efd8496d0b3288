using System.Text;
using Microsoft.Win32.SafeHandles;
using Versioning.Files;
using Versioning.Pipelines.Planning;

namespace Versioning.Pipelines.Executing;

/// <summary>A file or link that lies in a place of the workspace.</summary>
/// <param name="FullPath">Where it is.</param>
/// <param name="Path">Where it lies in the place, <c>/</c>-separated.</param>
internal sealed record FoundFile(string FullPath, string Path)
{
    /// <summary>All in a folder but what fetches have not finished, or the one file; links are not followed.</summary>
    internal static IEnumerable<FoundFile> In(string place)
    {
        if (File.Exists(place))
        {
            return [new FoundFile(place, System.IO.Path.GetFileName(place))];
        }

        return Below(place).Where(file => !file.IsUnfinished);
    }

    /// <summary>What fetches have not finished in a folder and will not, as they are gone.</summary>
    internal static IEnumerable<FoundFile> Abandoned(string place) => Below(place).Where(file => file is { IsUnfinished: true, IsHeld: false });

    private bool IsUnfinished => TargetFolder.IsTemporaryName(Encoding.UTF8.GetBytes(System.IO.Path.GetFileName(Path)));

    /// <summary>Whether somebody is writing it.</summary>
    private bool IsHeld
    {
        get
        {
            if (new FileInfo(FullPath).LinkTarget is not null)
            {
                return false;
            }

            try
            {
                using SafeFileHandle? handle = FileLock.TryOpen(FullPath, FileShare.Read);
                return handle is null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return true;
            }
        }
    }

    private static IEnumerable<FoundFile> Below(string folder) =>
        Directory.Exists(folder) ? FolderWalk.Paths(folder).Select(path => new FoundFile(System.IO.Path.Join(folder, path), path)) : [];

    /// <summary>Whether it is the file that a version has there.</summary>
    internal bool Is(FileEntry entry, CancellationToken cancellationToken)
    {
        var info = new FileInfo(FullPath);
        if (info.LinkTarget is { } target)
        {
            return entry.Kind == FileKind.Link && entry.Sha256 == Digest.Of(Encoding.UTF8.GetBytes(target));
        }

        if (entry.Kind == FileKind.Link || info.Length != entry.Size)
        {
            return false;
        }

        using SafeFileHandle handle = File.OpenHandle(FullPath, options: FileOptions.SequentialScan);
        return FileHashing.Sha256(handle, cancellationToken) == entry.Sha256;
    }
}
