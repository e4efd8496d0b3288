using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>The walk over System.IO, for platforms without the Linux calls.</summary>
internal sealed class PortableSourceTree(string root, PathFilter filter) : SourceTree
{
    private readonly ApartFolders _apart = new(filter.Apart);

    public override IEnumerable<SourceFile> Enumerate(CancellationToken cancellationToken)
    {
        if (File.Exists(root))
        {
            string real = File.ResolveLinkTarget(root, returnFinalTarget: true)?.FullName ?? root;
            yield return ToFile(new FileInfo(real), PathText.Encode(Path.GetFileName(root)));
            yield break;
        }

        var stack = new Stack<Frame>();
        Push(stack, root, [], filter.Root);
        while (stack.TryPeek(out Frame? frame))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (frame.Next == frame.Names.Length)
            {
                stack.Pop();
            }
            else if (Visit(stack, frame, frame.Names[frame.Next++]) is { } file)
            {
                yield return file;
            }
        }
    }

    protected override void Dispose(bool disposing) { }

    private PortableSourceFile? Visit(Stack<Frame> stack, Frame frame, Name name)
    {
        byte[] path = [.. frame.Prefix, .. name.Bytes];
        FilterScope? scope = frame.Scope;
        bool isDirectory = name.Info is DirectoryInfo && name.Info.LinkTarget is null;
        if (name.Info.Name == ".git" || (!isDirectory && TargetFolder.IsTemporaryName(name.Bytes)) || (scope is not null && !scope.Takes(path, isDirectory, out scope)))
        {
            return null;
        }

        if (name.Info.Name.Contains('\uFFFD', StringComparison.Ordinal))
        {
            // What could not be decoded can't be told from the real character: neither can be opened by this name with certainty.
            throw PathText.NotUtf8(PathText.Show(path));
        }

        if (ManifestPath.IsGitFolder(Encoding.UTF8.GetBytes(name.Info.Name)))
        {
            throw SourceErrors.GitFolder(path);
        }

        if (!isDirectory)
        {
            return ToFile(name.Info, path);
        }

        bool isStore = name.Info.Name == ".versions" && File.Exists(Path.Join(name.Info.FullName, "format"));
        if (!isStore && !_apart.Has(name.Info.FullName))
        {
            Push(stack, name.Info.FullName, path, scope);
        }

        return null;
    }

    private static void Push(Stack<Frame> stack, string directory, byte[] prefix, FilterScope? scope)
    {
        try
        {
            Name[] names = [.. new DirectoryInfo(directory).EnumerateFileSystemInfos("*", Everything).Select(ToName)];
            names.AsSpan().Sort((a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes));
            string ignoreFile = Path.Join(directory, Encoding.UTF8.GetString(PathFilter.IgnoreFileName));
            if (new FileInfo(ignoreFile) is { Exists: true, LinkTarget: null })
            {
                scope = FilterScope.Below(scope, Encoding.UTF8.GetString(prefix).Length, File.ReadAllText(ignoreFile));
            }

            stack.Push(new Frame(names, prefix, scope));
        }
        catch (DirectoryNotFoundException)
        {
            // Removed since its parent was listed: as good as never seen.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SourceErrors.Unreadable(prefix, e);
        }
    }

    private static PortableSourceFile ToFile(FileSystemInfo info, byte[] path)
    {
        byte[]? target = info.LinkTarget is { } text ? PathText.Encode(text.Replace(Path.DirectorySeparatorChar, '/')) : null;
        if (target is not null && (Path.IsPathRooted(info.LinkTarget) || !LinkTarget.StaysInside(path, target)))
        {
            throw LinkTarget.Leaves(path, target);
        }

        if (target is null && (info.Attributes & (FileAttributes.Device | FileAttributes.ReparsePoint)) == FileAttributes.Device)
        {
            throw SourceErrors.Unsupported(path);
        }

        bool executable = !OperatingSystem.IsWindows() && (info.UnixFileMode & UnixFileMode.UserExecute) != 0;
        FileKind kind = target is not null ? FileKind.Link : executable ? FileKind.Executable : FileKind.File;
        return new PortableSourceFile(info.FullName, path, kind, PortableStamp.Of(info), target);
    }

    private static Name ToName(FileSystemInfo info)
    {
        bool isDirectory = info is DirectoryInfo && info.LinkTarget is null;
        return new Name(info, PathText.Encode(isDirectory ? info.Name + "/" : info.Name));
    }

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly record struct Name(FileSystemInfo Info, byte[] Bytes);

    private sealed class Frame(Name[] names, byte[] prefix, FilterScope? scope)
    {
        public Name[] Names { get; } = names;

        public byte[] Prefix { get; } = prefix;

        public FilterScope? Scope { get; } = scope;

        public int Next { get; set; }
    }
}

/// <summary>A file by its full path.</summary>
internal sealed class PortableSourceFile(string fullPath, byte[] path, FileKind kind, FileStamp stamp, byte[]? linkTarget)
    : SourceFile(path, kind, stamp, linkTarget)
{
    public override SafeFileHandle Open()
    {
        try
        {
            SafeFileHandle handle = File.OpenHandle(fullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (new FileInfo(fullPath).LinkTarget is null)
            {
                return handle;
            }

            handle.Dispose();
            throw SourceErrors.Changed(Path);
        }
        catch (FileNotFoundException)
        {
            throw SourceErrors.Changed(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SourceErrors.Unreadable(Path, e);
        }
    }
}
