using System.Text;
using Microsoft.Win32.SafeHandles;
using Versioning.Storage;

namespace Versioning.Files;

/// <summary>A temporary file in the final folder, renamed when it is whole.</summary>
internal sealed unsafe class PosixPendingFile : PendingFile
{
    private readonly TargetDirectories _directories;
    private readonly DirectoryNode _parent;
    private readonly byte[] _temporary;
    private readonly bool _keeps;
    private bool _done;

    private PosixPendingFile(TargetDirectories directories, DirectoryNode parent, SafeFileHandle handle, byte[] temporary, byte[] path, bool keeps)
        : base(directories.Root, path)
    {
        _keeps = keeps;
        _directories = directories;
        _parent = parent;
        Handle = handle;
        _temporary = temporary;
    }

    public override SafeFileHandle Handle { get; }

    private static int CreateFlags => Posix.ReadWrite | Posix.Create | Posix.Exclusive | Posix.NoFollow | Posix.CloseOnExec;

    /// <summary>Writes a file of which all bytes are at hand: the same steps with as little around them as there can be.</summary>
    public static void WriteWhole(SafeFileHandle directory, byte[] path, ReadOnlySpan<byte> content, FileKind kind, bool replace, long mtimeNs)
    {
        int errno;
        do
        {
            errno = TryWriteWhole(directory, path, content, kind, replace, mtimeNs);
        }
        while (errno == Posix.ENOENT); // Someone who tidied up took it for a leftover before it was locked.

        ThrowIf(errno, path);
    }

    public static PosixPendingFile Create(
        TargetDirectories directories, DirectoryNode parent, SafeFileHandle directory, byte[] path, long size, FileKind kind)
    {
        byte[] temporary;
        SafeFileHandle handle;
        do
        {
            temporary = Terminated(TargetFolder.TemporaryName());
            handle = TryMake(directory, temporary, kind) ?? throw Posix.Error("Can't create a file for", PathText.Show(path));
        }
        while (!TryKeep(handle));

        return WithLength(new PosixPendingFile(directories, parent, handle, temporary, path, keeps: false), size);
    }

    /// <summary>Goes on with the file of that temporary name where it is ours and nobody is writing to it, else makes one.</summary>
    public static PosixPendingFile Resume(
        TargetDirectories directories, DirectoryNode parent, SafeFileHandle directory, byte[] path, long size, FileKind kind, string name)
    {
        byte[] temporary = Terminated(name);
        if (Posix.Open(directory, temporary.AsSpan(..^1), Posix.ReadWrite | Posix.NoFollow | Posix.NonBlock | Posix.CloseOnExec, 0) is { } left)
        {
            bool isOurs = PosixStat.TryRead(left, out StatxRecord record) && record.IsFile && record.Links == 1
                && record.Owner == Posix.EffectiveUser() && record.Size == size && record.Kind == kind;
            if (isOurs && TryKeep(left, alone: true))
            {
                return new PosixPendingFile(directories, parent, left, temporary, path, keeps: true) { IsResumed = true };
            }

            left.Dispose();
        }
        else if (TryMake(directory, temporary, kind) is { } made)
        {
            if (TryKeep(made))
            {
                return WithLength(new PosixPendingFile(directories, parent, made, temporary, path, keeps: true), size);
            }
        }

        // Someone else is at it, or something else has that name.
        return Create(directories, parent, directory, path, size, kind);
    }

    private static byte[] Terminated(string name) => [.. Encoding.ASCII.GetBytes(name), 0];

    private static SafeFileHandle? TryMake(SafeFileHandle directory, byte[] temporary, FileKind kind)
    {
        DiskSteps.Before(DiskStep.CreateFile);
        return Posix.Open(directory, temporary.AsSpan(..^1), CreateFlags, ModeOf(kind));
    }

    private static PosixPendingFile WithLength(PosixPendingFile file, long size)
    {
        try
        {
            // No space is asked for: what is never written stays a hole and reads as zeros.
            RandomAccess.SetLength(file.Handle, size);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return file;
    }

    protected override void CommitCore(bool replace, long mtimeNs)
    {
        ObjectDisposedException.ThrowIf(_done, this);
        Posix.SetMtime((int)Handle.DangerousGetHandle(), mtimeNs);
        ReadOnlySpan<byte> name = FinalPath.AsSpan(FinalPath.AsSpan().LastIndexOf((byte)'/') + 1);
        using DirectoryLease lease = _directories.TryLease(_parent) ?? throw Posix.Error("Can't find the folder of", PathText.Show(FinalPath), Posix.ENOENT);
        int errno;
        fixed (byte* from = _temporary)
        fixed (byte* to = Posix.Terminated(name, stackalloc byte[256]))
        {
            errno = Rename(lease.Handle, from, to, replace);
        }

        ThrowIf(errno, FinalPath);
        _done = true;
        Handle.Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        if (_done)
        {
            return;
        }

        _done = true;
        using SafeFileHandle handle = Handle;
        if (_keeps)
        {
            return;
        }

        DiskSteps.Before(DiskStep.Remove);
        using DirectoryLease? lease = _directories.TryLease(_parent);
        if (lease is not null)
        {
            fixed (byte* from = _temporary)
            {
                _ = Posix.UnlinkAt(lease.Value.Handle, from, 0);
            }
        }
    }

    /// <summary>Locks the file for as long as the process lives, which tells others that it is no leftover. False: someone who tidied up was faster.</summary>
    private static bool TryKeep(SafeFileHandle handle, bool alone = false)
    {
        // Where locks are not to be had, only a file that is known to be alone is safe to go on with.
        bool locked = Posix.TryLock(handle, exclusive: true) || (!alone && Posix.LastError is not (Posix.EAGAIN or Posix.EACCES));
        if (locked && PosixStat.TryRead(handle, out StatxRecord record) && record.Links > 0)
        {
            return true;
        }

        handle.Dispose();
        return false;
    }

    /// <returns>0, or the errno of the write or of the renaming.</returns>
    private static int TryWriteWhole(SafeFileHandle directory, byte[] path, ReadOnlySpan<byte> content, FileKind kind, bool replace, long mtimeNs)
    {
        Span<byte> temporary = stackalloc byte[64];
        temporary[Encoding.ASCII.GetBytes(TargetFolder.TemporaryName(), temporary)] = 0;
        fixed (byte* from = temporary)
        fixed (byte* to = Posix.Terminated(path.AsSpan(path.AsSpan().LastIndexOf((byte)'/') + 1), stackalloc byte[256]))
        {
            DiskSteps.Before(DiskStep.CreateFile);
            int descriptor = Posix.OpenDescriptor(directory, from, CreateFlags, ModeOf(kind));
            if (descriptor < 0)
            {
                throw Posix.Error("Can't create a file for", PathText.Show(path));
            }

            int errno = -1;
            try
            {
                Posix.Lock(descriptor);
                DiskSteps.Before(DiskStep.Write);
                if (!Posix.WriteAll(descriptor, content))
                {
                    return errno = Posix.LastError;
                }

                Posix.SetMtime(descriptor, mtimeNs);
                return errno = Rename(directory, from, to, replace);
            }
            finally
            {
                _ = Posix.Close(descriptor);
                if (errno != 0)
                {
                    DiskSteps.Before(DiskStep.Remove);
                    _ = Posix.UnlinkAt(directory, from, 0);
                }
            }
        }
    }

    // The kernel takes the umask off, so the bits need no second call.
    private static uint ModeOf(FileKind kind) => kind == FileKind.Executable ? 0x1FFu : 0x1B6u;

    private static void ThrowIf(int errno, byte[] path)
    {
        if (errno != 0)
        {
            throw errno is Posix.EEXIST or Posix.EISDIR
                ? TargetErrors.Exists(path)
                : Posix.Error("Can't write or name the file", PathText.Show(path), errno);
        }
    }

    private static int Rename(SafeFileHandle directory, byte* from, byte* to, bool replace)
    {
        DiskSteps.Before(DiskStep.Rename);
        return replace ? Result(Posix.RenameAt(directory, from, directory, to)) : RenameNew(directory, from, to);
    }

    private static int RenameNew(SafeFileHandle directory, byte* from, byte* to)
    {
        int errno = Result(Posix.RenameAt2(directory, from, directory, to, Posix.RenameNoReplace));
        if (errno is not (Posix.EINVAL or Posix.ENOSYS))
        {
            return errno;
        }

        // Not every file system knows the flag; a link is never made over something.
        errno = Result(Posix.LinkAt(directory, from, directory, to, 0));
        if (errno == 0)
        {
            _ = Posix.UnlinkAt(directory, from, 0);
        }

        return errno;
    }

    private static int Result(int result) => result == 0 ? 0 : Posix.LastError;
}
