using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>The target on Linux: every name is used relative to an open folder, so a link planted meanwhile redirects nothing.</summary>
internal sealed unsafe class PosixTargetFolder : TargetFolder
{
    private readonly TargetDirectories _directories;
    private readonly SafeFileHandle _root;

    public PosixTargetFolder(string full)
    {
        _root = PosixRoot.Open(full);
        _directories = new TargetDirectories(_root);
    }

    public override TargetState Probe(byte[] path, out FileStamp stamp, out FileKind kind)
    {
        CheckPath(path);
        stamp = default;
        kind = default;
        DirectoryNode parent = _directories.Parent(path, out ReadOnlySpan<byte> name);
        using DirectoryLease? lease = _directories.TryLease(parent);
        if (lease is null)
        {
            return TargetState.Absent;
        }

        if (!PosixStat.TryRead(lease.Value.Handle, Posix.Terminated(name, stackalloc byte[256]), out StatxRecord record))
        {
            return Posix.LastError == Posix.ENOENT
                ? TargetState.Absent
                : throw Posix.Error("Can't look at", PathText.Show(path));
        }

        stamp = record.Stamp;
        kind = record.Kind;
        return record.IsFile ? TargetState.File : record.IsLink ? TargetState.Link : TargetState.Other;
    }

    public override SafeFileHandle OpenRead(byte[] path)
    {
        CheckPath(path);
        DirectoryNode parent = _directories.Parent(path, out ReadOnlySpan<byte> name);
        using DirectoryLease lease = _directories.TryLease(parent) ?? throw TargetErrors.NotFile(path);
        int flags = Posix.ReadOnly | Posix.NoFollow | Posix.NonBlock | Posix.CloseOnExec;
        SafeFileHandle? handle = Posix.Open(lease.Handle, name, flags, 0);
        if (handle is null)
        {
            throw Posix.LastError is Posix.ENOENT or Posix.ELOOP
                ? TargetErrors.NotFile(path)
                : Posix.Error("Can't open", PathText.Show(path));
        }

        if (PosixStat.TryRead(handle, out StatxRecord record) && record.IsFile)
        {
            return handle;
        }

        handle.Dispose();
        throw TargetErrors.NotFile(path);
    }

    public override PendingFile Create(byte[] path, long size, FileKind kind)
    {
        CheckPath(path);
        DirectoryNode parent = _directories.Parent(path, out _);
        using DirectoryLease lease = _directories.LeaseOrCreate(parent);
        return PosixPendingFile.Create(_directories, parent, lease.Handle, TemporaryName(), path, size, kind);
    }

    public override void WriteWhole(byte[] path, ReadOnlySpan<byte> content, FileKind kind, bool replace)
    {
        CheckPath(path);
        DirectoryNode parent = _directories.Parent(path, out _);
        using DirectoryLease lease = _directories.LeaseOrCreate(parent);
        PosixPendingFile.WriteWhole(lease.Handle, TemporaryName(), path, content, kind, replace);
    }

    public override void CreateLink(byte[] path, byte[] target, bool replace)
    {
        CheckPath(path);
        if (!PathText.IsUtf8(target) || !LinkTarget.StaysInside(path, target))
        {
            throw LinkTarget.Leaves(path, target);
        }

        DirectoryNode parent = _directories.Parent(path, out ReadOnlySpan<byte> name);
        using DirectoryLease lease = _directories.LeaseOrCreate(parent);
        byte[] temporary = [.. Encoding.ASCII.GetBytes(TemporaryName()), 0];
        ReadOnlySpan<byte> final = Posix.Terminated(name, stackalloc byte[256]);
        fixed (byte* t = (byte[])[.. target, 0])
        fixed (byte* first = replace ? temporary : final)
        fixed (byte* last = final)
        {
            if (Posix.SymlinkAt(t, lease.Handle, first) != 0)
            {
                throw Posix.LastError == Posix.EEXIST ? TargetErrors.Exists(path) : Posix.Error("Can't make the link", PathText.Show(path));
            }

            if (replace && Posix.RenameAt(lease.Handle, first, lease.Handle, last) != 0)
            {
                int errno = Posix.LastError;
                _ = Posix.UnlinkAt(lease.Handle, first, 0);
                throw errno == Posix.EISDIR ? TargetErrors.Exists(path) : Posix.Error("Can't make the link", PathText.Show(path), errno);
            }
        }
    }

    public override void RemoveAbandoned(TimeSpan olderThan)
    {
        long newest = (DateTime.UtcNow - olderThan - DateTime.UnixEpoch).Ticks * 100;
        foreach (DirectoryNode node in _directories.Written())
        {
            using DirectoryLease? lease = _directories.TryLease(node);
            if (lease is not null)
            {
                AbandonedFiles.Remove(lease.Value.Handle, newest);
            }
        }
    }

    protected override void Dispose(bool disposing) => _directories.Dispose();

    protected override bool ProbeCase()
    {
        byte[] name = [.. Encoding.ASCII.GetBytes(TemporaryName()), 0];
        using SafeFileHandle handle = Posix.Open(_root, name.AsSpan(..^1), Posix.ReadWrite | Posix.Create | Posix.Exclusive | Posix.CloseOnExec, 0x180)
            ?? throw Posix.Error("Can't write to the folder", "");
        byte[] other = [.. Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(name).ToUpperInvariant())];
        bool found = PosixStat.TryRead(_root, other, out _);
        fixed (byte* p = name)
        {
            _ = Posix.UnlinkAt(_root, p, 0);
        }

        return found;
    }
}
