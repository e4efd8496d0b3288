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
    /// <summary>All in a folder, or the one file; links are not followed.</summary>
    internal static IEnumerable<FoundFile> In(string place)
    {
        if (File.Exists(place))
        {
            return [new FoundFile(place, System.IO.Path.GetFileName(place))];
        }

        return Directory.Exists(place) ? FolderWalk.Paths(place).Select(path => new FoundFile(System.IO.Path.Join(place, path), path)) : [];
    }

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
