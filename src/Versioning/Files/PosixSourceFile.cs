using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>A file by its directory and name, so that the length of its path does not matter.</summary>
internal sealed class PosixSourceFile(
    DirectoryPool pool, DirectoryNode directory, byte[]? name, byte[] path, FileKind kind, FileStamp stamp, byte[]? linkTarget)
    : SourceFile(path, kind, stamp, linkTarget)
{
    // Without NonBlock a pipe put in the file's place would hang for ever.
    private static int Flags => Posix.ReadOnly | Posix.NoFollow | Posix.NonBlock | Posix.CloseOnExec;

    private ReadOnlySpan<byte> Name => name ?? Path.AsSpan(Path.AsSpan().LastIndexOf((byte)'/') + 1);

    public override SafeFileHandle Open()
    {
        using DirectoryLease lease = pool.TryLease(directory, out int errno)
            ?? throw Failure(errno);
        SafeFileHandle handle = Posix.Open(lease.Handle, Name, Flags, 0) ?? throw Failure(Posix.LastError);
        if (PosixStat.TryRead(handle, out StatxRecord record) && record.IsFile)
        {
            return handle;
        }

        handle.Dispose();
        throw SourceErrors.Changed(Path);
    }

    /// <inheritdoc/>
    public override unsafe bool TryRead(Span<byte> destination)
    {
        // For thousands of small files a handle with a finalizer, a seek and a second look each would cost more than the hashing.
        using DirectoryLease lease = pool.TryLease(directory, out int errno)
            ?? throw Failure(errno);
        int file = Posix.OpenDescriptor(lease.Handle, Name, Flags);
        if (file < 0)
        {
            throw Failure(Posix.LastError);
        }

        try
        {
            return Posix.Fill(file, destination) == destination.Length
                && PosixStat.TryRead(file, out StatxRecord record) && record.IsFile && record.Stamp == Stamp;
        }
        finally
        {
            _ = Posix.Close(file);
        }
    }

    private VersioningException Failure(int errno) => errno is Posix.ENOENT or Posix.ELOOP or Posix.ENOTDIR
        ? SourceErrors.Changed(Path)
        : SourceErrors.Unreadable(Path, new Win32Exception(errno));
}
