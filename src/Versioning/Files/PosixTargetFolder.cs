using System.Text;
using Microsoft.Win32.SafeHandles;
using Versioning.Storage;

namespace Versioning.Files;

/// <summary>The target on Linux: every name is used relative to an open folder, so a link planted meanwhile redirects nothing.</summary>
internal sealed unsafe partial class PosixTargetFolder : TargetFolder
{
    /// <summary>How often a file of the cache may go and come back while it is linked.</summary>
    private const int MaxAttempts = 10;

    private readonly TargetDirectories _directories;
    private readonly SafeFileHandle _root;

    public PosixTargetFolder(string full)
        : base(full)
    {
        _root = PosixRoot.Open(full);
        _directories = new TargetDirectories(_root, full);
    }

    public override TargetState Probe(byte[] path, out FileStamp stamp, out FileKind kind)
    {
        CheckPath(path);
        stamp = default;
        kind = default;
        DirectoryNode parent = _directories.Parent(path, out ReadOnlySpan<byte> name);
        using DirectoryLease? lease = _directories.TryLease(parent, out bool isObstructed);
        if (lease is null)
        {
            return isObstructed ? TargetState.Obstructed : TargetState.Absent;
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

    public override PosixStampReader Stamps() => new(_directories);

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

    public override byte[]? ReadLink(byte[] path)
    {
        CheckPath(path);
        DirectoryNode parent = _directories.Parent(path, out ReadOnlySpan<byte> name);
        using DirectoryLease? lease = _directories.TryLease(parent);
        return lease is null ? null : PosixLink.ReadBytes(lease.Value.Handle, Posix.Terminated(name, stackalloc byte[256]));
    }

    protected override PendingFile CreateCore(byte[] path, long size, FileKind kind)
    {
        CheckPath(path);
        DirectoryNode parent = _directories.Parent(path, out _);
        using DirectoryLease lease = _directories.LeaseOrCreate(parent);
        return PosixPendingFile.Create(_directories, parent, lease.Handle, path, size, kind);
    }

    protected override PendingFile ResumeCore(byte[] path, long size, FileKind kind, Digest content)
    {
        CheckPath(path);
        DirectoryNode parent = _directories.Parent(path, out _);
        using DirectoryLease lease = _directories.LeaseOrCreate(parent);
        return PosixPendingFile.Resume(_directories, parent, lease.Handle, path, size, kind, TemporaryName(path, kind, content));
    }

    protected override void WriteWholeCore(byte[] path, ReadOnlySpan<byte> content, FileKind kind, bool replace, long mtimeNs)
    {
        CheckPath(path);
        DirectoryNode parent = _directories.Parent(path, out _);
        using DirectoryLease lease = _directories.LeaseOrCreate(parent);
        PosixPendingFile.WriteWhole(lease.Handle, path, content, kind, replace, mtimeNs);
    }

    protected override void CreateLinkCore(byte[] path, byte[] target, bool replace)
    {
        CheckPath(path);
        if (!PathText.IsUtf8(target) || !LinkTarget.StaysInside(path, target))
        {
            throw LinkTarget.Leaves(path, target);
        }

        MakeLink(path, target, replace);
    }

    protected override void LinkTo(byte[] path, string source, bool replace)
    {
        CheckPath(path);
        MakeLink(path, Encoding.UTF8.GetBytes(source), replace);
    }

    protected override bool TryLink(byte[] path, string source, bool replace)
    {
        CheckPath(path);
        DirectoryNode parent = _directories.Parent(path, out ReadOnlySpan<byte> name);
        using DirectoryLease lease = _directories.LeaseOrCreate(parent);
        byte[] final = [.. name, 0], from = [.. Encoding.UTF8.GetBytes(source), 0];
        int errno, attempts = 0;
        do
        {
            errno = replace ? LinkOver(lease.Handle, from, final) : Link(lease.Handle, from, final);
        }
        while (errno == Posix.ENOENT && ++attempts < MaxAttempts && File.Exists(source)); // It went, and came back, meanwhile.

        return errno switch
        {
            0 => true,
            Posix.ENOENT when !File.Exists(source) => throw new FileNotFoundException(null, source),
            Posix.EEXIST or Posix.EISDIR => throw TargetErrors.Exists(path),
            _ when PlatformFiles.MeansNoLinks(errno) => false,
            _ => throw Posix.Error("Can't link", PathText.Show(path), errno),
        };
    }

    protected override void Dispose(bool disposing) => _directories.Dispose();

    protected override bool ProbeCase()
    {
        byte[] name = [.. Encoding.ASCII.GetBytes(TemporaryName()), 0];
        DiskSteps.Before(DiskStep.CreateFile);
        using SafeFileHandle handle = Posix.Open(_root, name.AsSpan(..^1), Posix.ReadWrite | Posix.Create | Posix.Exclusive | Posix.CloseOnExec, 0x180)
            ?? throw Posix.Error("Can't write to the folder", "");
        byte[] other = [.. Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(name).ToUpperInvariant())];
        bool found = PosixStat.TryRead(_root, other, out _);
        DiskSteps.Before(DiskStep.Remove);
        fixed (byte* p = name)
        {
            _ = Posix.UnlinkAt(_root, p, 0);
        }

        return found;
    }

    private static int Link(SafeFileHandle directory, byte[] source, byte[] name)
    {
        DiskSteps.Before(DiskStep.Link);
        fixed (byte* from = source, to = name)
        {
            return Posix.LinkPathAt(Posix.AtCurrentDirectory, from, directory, to, 0) == 0 ? 0 : Posix.LastError;
        }
    }

    /// <summary>Gives a file another name, in the place of what has that name; 0 or the errno.</summary>
    private static int LinkOver(SafeFileHandle directory, byte[] source, byte[] final)
    {
        int errno;
        do
        {
            byte[] temporary = [.. Encoding.ASCII.GetBytes(TemporaryName()), 0];
            errno = Link(directory, source, temporary);
            if (errno != 0)
            {
                return errno;
            }

            errno = Rename(directory, temporary, final);
            if (errno == 0)
            {
                // Where both names are of the same file already, renaming does nothing and says that all is well.
                fixed (byte* left = temporary)
                {
                    _ = Posix.UnlinkAt(directory, left, 0);
                }
            }
        }
        while (errno == Posix.ENOENT); // Someone who tidied up took it for a leftover.

        return errno;
    }

    /// <summary>Puts a link in the place of what is there; 0 or the errno.</summary>
    private static int Replace(SafeFileHandle directory, byte* target, byte[] final)
    {
        int errno;
        do
        {
            byte[] temporary = [.. Encoding.ASCII.GetBytes(TemporaryName()), 0];
            errno = MakeLink(directory, target, temporary);
            if (errno != 0)
            {
                return errno;
            }

            errno = Rename(directory, temporary, final);
        }
        while (errno == Posix.ENOENT); // A link can't be locked: someone who tidied up took it for a leftover.

        return errno;
    }

    private static int Rename(SafeFileHandle directory, byte[] temporary, byte[] final)
    {
        int errno = -1;
        fixed (byte* from = temporary, to = final)
        {
            try
            {
                DiskSteps.Before(DiskStep.Rename);
                errno = Posix.RenameAt(directory, from, directory, to) == 0 ? 0 : Posix.LastError;
                return errno;
            }
            finally
            {
                if (errno != 0)
                {
                    DiskSteps.Before(DiskStep.Remove);
                    _ = Posix.UnlinkAt(directory, from, 0);
                }
            }
        }
    }

    private void MakeLink(byte[] path, byte[] target, bool replace)
    {
        DirectoryNode parent = _directories.Parent(path, out ReadOnlySpan<byte> name);
        using DirectoryLease lease = _directories.LeaseOrCreate(parent);
        byte[] final = [.. name, 0];
        int errno;
        fixed (byte* text = (byte[])[.. target, 0])
        {
            errno = replace ? Replace(lease.Handle, text, final) : MakeLink(lease.Handle, text, final);
        }

        if (errno != 0)
        {
            throw errno is Posix.EEXIST or Posix.EISDIR ? TargetErrors.Exists(path) : Posix.Error("Can't make the link", PathText.Show(path), errno);
        }
    }

    private static int MakeLink(SafeFileHandle directory, byte* target, byte[] name)
    {
        DiskSteps.Before(DiskStep.MakeSymbolicLink);
        fixed (byte* n = name)
        {
            return Posix.SymlinkAt(target, directory, n) == 0 ? 0 : Posix.LastError;
        }
    }
}
