using System.Text;
using Microsoft.Win32.SafeHandles;
using Versioning.Storage;

namespace Versioning.Files;

/// <summary>The folders of a target by path; each is opened below its parent without following links.</summary>
/// <param name="root">The target, open.</param>
/// <param name="full">Its full path.</param>
internal sealed class TargetDirectories(SafeFileHandle root, string full) : IDisposable
{
    private const int MaxNodes = 4096;

    private readonly DirectoryPool _pool = new(root);
    private readonly Dictionary<string, DirectoryNode> _nodes = new(StringComparer.Ordinal);
    private readonly HashSet<DirectoryNode> _written = [];
    private readonly Lock _lock = new();
    private byte[] _lastPath = [];
    private DirectoryNode? _last;

    /// <summary>The full path of the target.</summary>
    public string Root => full;

    /// <summary>The folder of a path and the last segment.</summary>
    public DirectoryNode Parent(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> name)
    {
        int slash = path.LastIndexOf((byte)'/');
        name = path[(slash + 1)..];
        if (slash < 0)
        {
            return _pool.Root;
        }

        ReadOnlySpan<byte> directory = path[..slash];
        lock (_lock)
        {
            if (_last is null || !directory.SequenceEqual(_lastPath))
            {
                _last = Node(directory);
                _lastPath = directory.ToArray();
            }

            return _last;
        }
    }

    /// <summary>A folder by its own path.</summary>
    public DirectoryNode Folder(ReadOnlySpan<byte> path) => Parent([.. path, (byte)'/'], out _);

    /// <summary>The open folder, or null where it does not exist.</summary>
    public DirectoryLease? TryLease(DirectoryNode node)
    {
        DirectoryLease? lease = _pool.TryLease(node, out int errno, out DirectoryNode? failed);
        return lease is null && errno != Posix.ENOENT ? throw Failure(errno, failed!) : lease;
    }

    /// <summary>The same; null too where a file or link is in the way.</summary>
    public DirectoryLease? TryLease(DirectoryNode node, out bool isObstructed)
    {
        DirectoryLease? lease = _pool.TryLease(node, out int errno, out DirectoryNode? failed);
        isObstructed = lease is null && IsObstruction(errno);
        return lease is null && !isObstructed && errno != Posix.ENOENT ? throw Failure(errno, failed!) : lease;
    }

    /// <summary>The open folder, made where it is missing.</summary>
    public DirectoryLease LeaseOrCreate(DirectoryNode node)
    {
        if (TryLease(node) is { } open)
        {
            NoteWritten(node);
            return open;
        }

        var missing = new Stack<DirectoryNode>();
        for (DirectoryNode at = node; ;)
        {
            missing.Push(at);
            at = at.Parent ?? throw Failure(Posix.ENOENT, node);
            if (TryLease(at) is { } parent)
            {
                DirectoryLease lease = parent;
                while (missing.TryPop(out DirectoryNode? next))
                {
                    lease = Make(lease, next);
                }

                return lease;
            }
        }
    }

    /// <summary>The root, and the folders that existed before something was written to them.</summary>
    public DirectoryNode[] Written()
    {
        lock (_lock)
        {
            return [.. _written.Append(_pool.Root).Distinct()];
        }
    }

    public void Dispose() => _pool.Dispose();

    private unsafe DirectoryLease Make(DirectoryLease parent, DirectoryNode node)
    {
        using (parent)
        {
            fixed (byte* name = Posix.Terminated(node.Name, stackalloc byte[256]))
            {
                // Only whoever made it says so: others meet it at the same time and find that it exists.
                DiskSteps.Before(DiskStep.MakeDirectory);
                if (Posix.MakeDirectoryAt(parent.Handle, name, 0x1FF) == 0)
                {
                    node.IsNew = true;
                }
                else if (Posix.LastError is var errno && errno != Posix.EEXIST)
                {
                    throw Failure(errno, node);
                }
            }

            return TryLease(node) ?? throw Failure(Posix.ENOENT, node);
        }
    }

    private void NoteWritten(DirectoryNode node)
    {
        if (!node.IsNew)
        {
            lock (_lock)
            {
                _written.Add(node);
            }
        }
    }

    private DirectoryNode Node(ReadOnlySpan<byte> directory)
    {
        if (_nodes.Count > MaxNodes)
        {
            // Nodes that others hold stay valid; they are only found anew.
            _nodes.Clear();
        }

        DirectoryNode node = _pool.Root;
        int start = 0;
        if (_last is not null && directory.StartsWith(_lastPath) && directory[_lastPath.Length] == (byte)'/')
        {
            node = _last;
            start = _lastPath.Length + 1;
        }

        while (start < directory.Length)
        {
            int slash = directory[start..].IndexOf((byte)'/');
            int end = slash < 0 ? directory.Length : start + slash;
            string key = Encoding.Latin1.GetString(directory[..end]);
            if (!_nodes.TryGetValue(key, out DirectoryNode? child))
            {
                child = new DirectoryNode(node, directory[start..end].ToArray());
                _nodes.Add(key, child);
            }

            node = child;
            start = end + 1;
        }

        return node;
    }

    private static bool IsObstruction(int errno) => errno is Posix.ENOTDIR or Posix.ELOOP;

    private Exception Failure(int errno, DirectoryNode node) => IsObstruction(errno)
        ? TargetErrors.Blocked(node.FullPath())
        : TargetErrors.Translate(Posix.Error("Can't use the folder", PathText.Show(node.FullPath()), errno), full, node.FullPath())!;
}
