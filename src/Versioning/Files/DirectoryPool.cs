using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>A directory by its parent and name; its handle comes and goes.</summary>
internal sealed class DirectoryNode(DirectoryNode? parent, byte[] name)
{
    public DirectoryNode? Parent { get; } = parent;

    public byte[] Name { get; } = name;

    public SafeFileHandle? Handle { get; set; }

    /// <summary>Whether this process made it, so that nothing of others was in it.</summary>
    public bool IsNew { get; set; }

    /// <summary>The path from the root.</summary>
    public byte[] FullPath()
    {
        var names = new List<byte[]>();
        for (DirectoryNode at = this; at.Parent is not null; at = at.Parent)
        {
            names.Add(at.Name);
        }

        names.Reverse();
        return [.. names.SelectMany((name, i) => i == 0 ? name : [(byte)'/', .. name])];
    }
}

/// <summary>Keeps a directory open while it is used.</summary>
internal readonly struct DirectoryLease(SafeFileHandle handle) : IDisposable
{
    public SafeFileHandle Handle { get; } = handle;

    public void Dispose() => Handle.DangerousRelease();
}

/// <summary>Open directories, at most a few hundred however deep the tree; others are opened again from above.</summary>
internal sealed class DirectoryPool : IDisposable
{
    // All 256 of the machine's cache of files stay open while a folder is compared with it.
    private const int Capacity = 320;

    private readonly DirectoryNode[] _open = new DirectoryNode[Capacity];
    private readonly Lock _lock = new();
    private int _next;

    public DirectoryPool(SafeFileHandle root) => Root = new DirectoryNode(null, []) { Handle = root };

    public DirectoryNode Root { get; }

    /// <summary>The open directory, or null with the errno of the first that could not be opened.</summary>
    public DirectoryLease? TryLease(DirectoryNode node, out int errno) => TryLease(node, out errno, out _);

    /// <summary>The open directory, or null with the first one that could not be opened and its errno.</summary>
    public DirectoryLease? TryLease(DirectoryNode node, out int errno, out DirectoryNode? failed)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(Root.Handle is null, this);
            errno = 0;
            failed = null;
            if (node.Handle is null && !Reopen(node, ref errno, ref failed))
            {
                return null;
            }

            bool added = false;
            node.Handle!.DangerousAddRef(ref added);
            return new DirectoryLease(node.Handle);
        }
    }

    private bool Reopen(DirectoryNode node, ref int errno, ref DirectoryNode? failed)
    {
        var missing = new Stack<DirectoryNode>();
        DirectoryNode at = node;
        for (; at.Handle is null; at = at.Parent!)
        {
            missing.Push(at);
        }

        while (missing.TryPop(out DirectoryNode? next))
        {
            next.Handle = Posix.OpenDirectory(at.Handle!, next.Name);
            if (next.Handle is null)
            {
                errno = Posix.LastError;
                failed = next;
                return false;
            }

            // The evicted one is never the one that was opened just before, as the ring has more than one place.
            DirectoryNode? evicted = _open[_next];
            _open[_next] = next;
            _next = (_next + 1) % Capacity;
            evicted?.Handle?.Dispose();
            evicted?.Handle = null;
            at = next;
        }

        return true;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (DirectoryNode? node in _open)
            {
                node?.Handle?.Dispose();
                node?.Handle = null;
            }

            Root.Handle?.Dispose();
            Root.Handle = null;
        }
    }
}
