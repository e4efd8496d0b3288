using System.ComponentModel;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>The walk on Linux: relative to open directories, on a stack of its own, so neither depth nor length matters.</summary>
internal sealed class PosixSourceTree : SourceTree
{
    private readonly DirectoryPool _pool;
    private readonly PathFilter _filter;
    private readonly ApartFolders _apart;
    private readonly byte[]? _singleName;
    private readonly byte[]? _singlePath;

    private PosixSourceTree(SafeFileHandle root, PathFilter filter, byte[]? singleName, byte[]? singlePath)
    {
        _pool = new DirectoryPool(root);
        _filter = filter;
        _apart = new ApartFolders(filter.Apart);
        _singleName = singleName;
        _singlePath = singlePath;
    }

    /// <summary>Opens a full path that exists. A link given here is followed: the user named it.</summary>
    public static PosixSourceTree OpenRoot(string full, PathFilter filter)
    {
        if (Directory.Exists(full))
        {
            return new PosixSourceTree(PosixRoot.Open(full), filter, null, null);
        }

        string real = File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        SafeFileHandle parent = PosixRoot.Open(Path.GetDirectoryName(real)!);
        return new PosixSourceTree(
            parent, filter, PathText.Encode(Path.GetFileName(real)), PathText.Encode(Path.GetFileName(full)));
    }

    public override IEnumerable<SourceFile> Enumerate(CancellationToken cancellationToken)
    {
        if (_singleName is not null)
        {
            yield return Single(_singleName, _singlePath!);
            yield break;
        }

        var stack = new Stack<Frame>();
        Push(stack, _pool.Root, [], _filter.Root);
        while (stack.TryPeek(out Frame? frame))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (frame.Next == frame.Listing.Count)
            {
                stack.Pop();
            }
            else if (Visit(stack, frame, frame.Next++) is { } file)
            {
                yield return file;
            }
        }
    }

    protected override void Dispose(bool disposing) => _pool.Dispose();

    private PosixSourceFile? Visit(Stack<Frame> stack, Frame frame, int index)
    {
        ReadOnlySpan<byte> name = frame.Listing.Name(index);
        EntryType type = frame.Listing.TypeOf(index);
        bool isDirectory = type == EntryType.Directory;
        ReadOnlySpan<byte> bare = isDirectory ? name[..^1] : name;
        if (bare.SequenceEqual(".git"u8) || (!isDirectory && TargetFolder.IsTemporaryName(name)))
        {
            return null;
        }

        byte[] path = [.. frame.Prefix, .. name];
        FilterScope? scope = frame.Scope;
        if (scope is not null && !scope.Takes(path, isDirectory, out scope))
        {
            return null;
        }

        if (!PathText.IsUtf8(name))
        {
            throw PathText.NotUtf8(PathText.Show(path));
        }

        if (ManifestPath.IsGitFolder(bare))
        {
            throw SourceErrors.GitFolder(path);
        }

        switch (type)
        {
            case EntryType.Directory:
                Push(stack, new DirectoryNode(frame.Node, bare.ToArray()), path, scope);
                return null;
            case EntryType.Special:
                throw SourceErrors.Unsupported(path);
            default:
                return Look(frame.Node, null, frame.Listing.TerminatedName(index), path);
        }
    }

    private void Push(Stack<Frame> stack, DirectoryNode node, byte[] path, FilterScope? scope)
    {
        using DirectoryLease? lease = _pool.TryLease(node, out int errno);
        if (lease is null)
        {
            if (errno != Posix.ENOENT)
            {
                throw SourceErrors.Unreadable(path, new Win32Exception(errno));
            }

            return;
        }

        SafeFileHandle directory = lease.Value.Handle;
        bool isStore = node.Name.AsSpan().SequenceEqual(".versions"u8) && PosixStat.TryRead(directory, "format\0"u8, out _);
        if (isStore || (node.Parent is not null && _apart.Has(directory)))
        {
            return;
        }

        DirectoryListing listing = DirectoryListing.Read(directory)
            ?? throw SourceErrors.Unreadable(path, new Win32Exception(Posix.LastError));
        if (listing.HasIgnoreFile)
        {
            scope = FilterScope.Below(scope, Encoding.UTF8.GetString(path).Length, ReadIgnoreFile(directory, path));
        }

        stack.Push(new Frame(node, listing, path, scope));
    }

    private static string ReadIgnoreFile(SafeFileHandle directory, byte[] path)
    {
        using SafeFileHandle handle = Posix.Open(directory, PathFilter.IgnoreFileName, Posix.NoFollow | Posix.NonBlock | Posix.CloseOnExec, 0)
            ?? throw SourceErrors.Unreadable([.. path, .. PathFilter.IgnoreFileName], new Win32Exception(Posix.LastError));
        using var reader = new StreamReader(new FileStream(handle, FileAccess.Read), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private PosixSourceFile Single(byte[] name, byte[] path) =>
        Look(_pool.Root, name, [.. name, 0], path) ?? throw SourceErrors.Changed(path);

    /// <summary>The entry, or null where the name is gone.</summary>
    private PosixSourceFile? Look(DirectoryNode node, byte[]? name, ReadOnlySpan<byte> terminated, byte[] path)
    {
        using DirectoryLease lease = _pool.TryLease(node, out int errno)
            ?? throw SourceErrors.Unreadable(path, new Win32Exception(errno));
        if (!PosixStat.TryRead(lease.Handle, terminated, out StatxRecord record))
        {
            return Posix.LastError == Posix.ENOENT
                ? null
                : throw SourceErrors.Unreadable(path, new Win32Exception(Posix.LastError));
        }

        if (record.IsDirectory)
        {
            throw SourceErrors.Changed(path);
        }

        if (!record.IsFile && !record.IsLink)
        {
            throw SourceErrors.Unsupported(path);
        }

        byte[]? target = record.IsLink ? PosixLink.Read(lease.Handle, terminated, path) : null;
        if (target is not null && !LinkTarget.StaysInside(path, target))
        {
            throw LinkTarget.Leaves(path, target);
        }

        return new PosixSourceFile(_pool, node, name, path, record.Kind, record.Stamp, target);
    }

    private sealed class Frame(DirectoryNode node, DirectoryListing listing, byte[] prefix, FilterScope? scope)
    {
        public DirectoryNode Node { get; } = node;

        public DirectoryListing Listing { get; } = listing;

        public byte[] Prefix { get; } = prefix;

        public FilterScope? Scope { get; } = scope;

        public int Next { get; set; }
    }
}
