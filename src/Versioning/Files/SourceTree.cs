using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>One file or link of a source.</summary>
internal sealed record SourceFile(byte[] Path, string FullPath, FileKind Kind, FileStamp Stamp, byte[]? LinkTarget)
{
    internal SafeFileHandle Open()
    {
        try
        {
            return File.OpenHandle(FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VersioningException("file_unreadable", $"'{FullPath}' can't be read: {e.Message}", "Give yourself the right to read it, or exclude it.", e);
        }
    }
}

/// <summary>A folder, or one file, as the paths of a version: in the byte order of full paths, one folder's names in memory at a time.</summary>
internal sealed class SourceTree(string root, PathFilter filter)
{
    private readonly string _root = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(root));

    internal string Root => _root;

    internal static FileStamp Stamp(SafeFileHandle handle) => FileStat.Of(handle);

    internal IEnumerable<SourceFile> Enumerate(CancellationToken cancellationToken)
    {
        FileStat.Result found = Look(_root);
        if (found.Type == FileStat.Type.Link)
        {
            // Naming a link on purpose means what it points to.
            string target = File.ResolveLinkTarget(_root, returnFinalTarget: true)?.FullName ?? _root;
            found = Look(target);
        }

        if (found.Type == FileStat.Type.File)
        {
            byte[] name = Utf8(System.IO.Path.GetFileName(_root), _root);
            return [new SourceFile(name, _root, KindOf(found), found.Stamp, null)];
        }

        return found.Type == FileStat.Type.Directory
            ? Walk(cancellationToken)
            : throw new NotFoundException("source_not_found", $"'{_root}' is not a file or a folder.", "Check the path.");
    }

    private IEnumerable<SourceFile> Walk(CancellationToken cancellationToken)
    {
        var pending = new Stack<Item>();
        Push(pending, new Item("", [], true), filter.Root(_root));
        while (pending.TryPop(out Item? item))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string full = System.IO.Path.Combine(_root, item.Relative);
            if (item.IsDirectory)
            {
                PathFilter.Scope scope = item.Scope!.Enter(full, item.Relative);
                if (!IsStore(full))
                {
                    Push(pending, item, scope);
                }

                continue;
            }

            FileStat.Result found = Look(full);
            switch (found.Type)
            {
                case FileStat.Type.File:
                    yield return new SourceFile(item.Path, full, KindOf(found), found.Stamp, null);
                    break;
                case FileStat.Type.Link:
                    yield return Link(item, full);
                    break;
                case FileStat.Type.Absent:
                    throw Vanished(full);
                default:
                    throw new VersioningException("unsupported_file", $"'{full}' is a device, pipe or socket.", "Only files, folders and links can be versioned: exclude it.");
            }
        }
    }

    private static void Push(Stack<Item> pending, Item directory, PathFilter.Scope scope)
    {
        var children = new List<Item>();
        string full = System.IO.Path.Combine(scope.RootPath, directory.Relative);
        try
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(full).EnumerateFileSystemInfos("*", AllEntries))
            {
                bool isDirectory = (entry.Attributes & (FileAttributes.Directory | FileAttributes.ReparsePoint)) == FileAttributes.Directory;
                string relative = directory.Relative.Length == 0 ? entry.Name : directory.Relative + "/" + entry.Name;
                if (scope.Takes(relative, isDirectory) && !(isDirectory && entry.Name == ".git"))
                {
                    byte[] path = Utf8(relative, entry.FullName);
                    children.Add(new Item(relative, isDirectory ? [.. path, (byte)'/'] : path, isDirectory) { Scope = scope });
                }
            }
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            throw Vanished(full);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new VersioningException("file_unreadable", $"'{full}' can't be read: {e.Message}", "Give yourself the right to read it, or exclude it.", e);
        }

        // A folder sorts as what is in it: 'a-b' comes before 'a/x', and 'a/x' before 'a0'.
        children.Sort(static (a, b) => b.Path.AsSpan().SequenceCompareTo(a.Path));
        children.ForEach(pending.Push);
    }

    private static readonly EnumerationOptions AllEntries = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false };

    private static SourceFile Link(Item item, string full)
    {
        string? target = new FileInfo(full).LinkTarget?.Replace(System.IO.Path.DirectorySeparatorChar, '/');
        if (target is null || !ManifestPath.StaysInside(item.Relative, target))
        {
            throw new VersioningException("link_leaves_folder", $"The symbolic link '{full}' points to '{target}', outside the folder that is committed.", "Exclude it, or replace it with the file itself.");
        }

        byte[] bytes = Utf8(target, full);
        return new SourceFile(item.Path, full, FileKind.Link, new FileStamp(bytes.Length, 0, 0, 0, 0), bytes);
    }

    private static bool IsStore(string directory) =>
        System.IO.Path.GetFileName(directory) == ".versions" && File.Exists(System.IO.Path.Combine(directory, "format"));

    private static FileKind KindOf(FileStat.Result found) => found.IsExecutable ? FileKind.Executable : FileKind.File;

    private static FileStat.Result Look(string path)
    {
        try
        {
            return FileStat.Of(path);
        }
        catch (IOException e)
        {
            throw new VersioningException("file_unreadable", e.Message, "Exclude it, or make it readable.", e);
        }
    }

    private static VersioningException Vanished(string path) =>
        new("file_changed", $"'{path}' vanished while the folder was read.", "Commit again when nothing writes to it any more; nothing was published.");

    private static byte[] Utf8(string name, string full)
    {
        // .NET shows bytes that are not UTF-8 as U+FFFD; such a name can't be opened again.
        if (name.Contains('\uFFFD', StringComparison.Ordinal) && FileStat.Of(full).Type == FileStat.Type.Absent)
        {
            throw new VersioningException("name_not_utf8", $"The name of '{full}' is not UTF-8.", "Rename it (for instance with convmv), or exclude it.");
        }

        return System.Text.Encoding.UTF8.GetBytes(name);
    }

    private sealed record Item(string Relative, byte[] Path, bool IsDirectory)
    {
        internal PathFilter.Scope? Scope { get; init; }
    }
}
