using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>The system calls that work relative to an open directory, which System.IO does not offer.</summary>
internal static unsafe partial class Posix
{
    public const int AtCurrentDirectory = -100;
    public const int SymlinkNoFollow = 0x100;
    public const int RemoveDirectory = 0x200;
    public const int EmptyPath = 0x1000;
    public const uint RenameNoReplace = 1;

    public const int ReadOnly = 0;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NonBlock = 0x800;
    public const int CloseOnExec = 0x80000;

    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int EEXIST = 17;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int EINVAL = 22;
    public const int ENOSPC = 28;
    public const int ENOSYS = 38;
    public const int ENOTEMPTY = 39;
    public const int ELOOP = 40;

    // The two flags that matter here are the ones whose values differ between Linux architectures.
    private static readonly bool ArmFlags =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Armv6 or Architecture.Ppc64le;

    public static readonly int Directory = ArmFlags ? 0x4000 : 0x10000;
    public static readonly int NoFollow = ArmFlags ? 0x8000 : 0x20000;

    /// <summary>Whether these calls are to be had; readdir's record has this layout on 64-bit Linux only.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && IntPtr.Size == 8;

    /// <summary>Opens a directory and never follows a link that stands in its place. Null: errno says why.</summary>
    public static SafeFileHandle? OpenDirectory(SafeFileHandle parent, ReadOnlySpan<byte> name) =>
        Open(parent, name, ReadOnly | Directory | NoFollow | CloseOnExec, 0);

    /// <summary>Opens a name in a directory. Null: errno says why.</summary>
    public static SafeFileHandle? Open(SafeFileHandle parent, ReadOnlySpan<byte> name, int flags, uint mode)
    {
        Span<byte> text = stackalloc byte[256];
        text = Terminated(name, text);
        int fd;
        fixed (byte* p = text)
        {
            fd = OpenAt(parent, p, flags, mode);
        }

        return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Opens a name in a directory as a bare descriptor, which the caller closes. Negative: errno says why.</summary>
    public static int OpenDescriptor(SafeFileHandle parent, ReadOnlySpan<byte> name, int flags)
    {
        Span<byte> text = stackalloc byte[256];
        text = Terminated(name, text);
        fixed (byte* p = text)
        {
            return OpenDescriptor(parent, p, flags, 0);
        }
    }

    /// <summary>Opens a zero-terminated name in a directory as a bare descriptor, which the caller closes. Negative: errno says why.</summary>
    public static int OpenDescriptor(SafeFileHandle parent, byte* name, int flags, uint mode) => OpenAt(parent, name, flags, mode);

    /// <summary>Reads from the beginning until the buffer is full or the file ends.</summary>
    /// <returns>How many bytes were read; fewer than asked for also where reading failed.</returns>
    public static int Fill(int descriptor, Span<byte> destination)
    {
        int filled = 0;
        fixed (byte* start = destination)
        {
            while (filled < destination.Length)
            {
                nint read = ReadAt(descriptor, start + filled, destination.Length - filled, filled);
                if (read <= 0)
                {
                    break;
                }

                filled += (int)read;
            }
        }

        return filled;
    }
    /// <summary>The name with a zero byte after it, in the buffer where it fits.</summary>
    public static Span<byte> Terminated(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        Span<byte> text = name.Length < buffer.Length ? buffer[..(name.Length + 1)] : new byte[name.Length + 1];
        name.CopyTo(text);
        text[^1] = 0;
        return text;
    }

    public static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>The exception for the last failed call, naming the path.</summary>
    public static IOException Error(string what, string path) => Error(what, path, LastError);

    /// <summary>The exception for an errno, naming the path.</summary>
    public static IOException Error(string what, string path, int errno) =>
        new($"{what} '{path}': {Marshal.GetPInvokeErrorMessage(errno)}", new Win32Exception(errno)) { HResult = errno };

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenAt(SafeFileHandle parent, byte* name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static partial nint ReadAt(int descriptor, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    public static partial int OpenPath(byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int Statx(SafeFileHandle parent, byte* name, int flags, uint mask, StatxRecord* record);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int Statx(int descriptor, byte* name, int flags, uint mask, StatxRecord* record);

    /// <summary>Locks what is open for as long as it is; false where another has it, or where there are no locks: errno says which.</summary>
    /// <remarks>Not flock(2): .NET's own file sharing uses that one, and would refuse a reader of a new file.</remarks>
    public static bool TryLock(SafeFileHandle handle, bool exclusive)
    {
        var request = new LockRequest { Type = (short)(exclusive ? 1 : 0) };
        return FileControl(handle, 37, &request) == 0;
    }

    /// <summary>Locks what is open exclusively for as long as it is.</summary>
    public static void Lock(int descriptor)
    {
        var request = new LockRequest { Type = 1 };
        _ = FileControl(descriptor, 37, &request);
    }

    /// <summary>Writes all bytes at the position of the descriptor; false: errno says why.</summary>
    public static bool WriteAll(int descriptor, ReadOnlySpan<byte> content)
    {
        fixed (byte* first = content)
        {
            for (nint done = 0; done < content.Length;)
            {
                nint written = Write(descriptor, first + done, content.Length - done);
                if (written < 0 && LastError != EINTR)
                {
                    return false;
                }

                done += Math.Max(0, written);
            }
        }

        return true;
    }

    /// <summary>Sets the time of the last write, in nanoseconds since 1970; not for 0, nor where the disk does not want it.</summary>
    public static void SetMtime(int descriptor, long mtimeNs)
    {
        if (mtimeNs != 0)
        {
            const long Omit = (1 << 30) - 2;
            ReadOnlySpan<long> times = [0, Omit, mtimeNs / 1_000_000_000, mtimeNs % 1_000_000_000];
            fixed (long* t = times)
            {
                _ = SetTimes(descriptor, t);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "futimens")]
    private static partial int SetTimes(int descriptor, long* times);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(SafeFileHandle handle, int command, LockRequest* request);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(int descriptor, int command, LockRequest* request);

    [StructLayout(LayoutKind.Explicit, Size = 32)]
    private struct LockRequest
    {
        [FieldOffset(0)] public short Type;
    }

    [LibraryImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
    public static partial nint OpenStream(int fd);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    public static partial byte* ReadStream(nint stream);

    [LibraryImport("libc", EntryPoint = "closedir")]
    public static partial int CloseStream(nint stream);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLinkAt(SafeFileHandle parent, byte* name, byte* buffer, nint size);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MakeDirectoryAt(SafeFileHandle parent, byte* name, uint mode);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int UnlinkAt(SafeFileHandle parent, byte* name, int flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    public static partial int RenameAt(SafeFileHandle from, byte* name, SafeFileHandle to, byte* newName);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true)]
    public static partial int RenameAt2(SafeFileHandle from, byte* name, SafeFileHandle to, byte* newName, uint flags);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    public static partial int LinkAt(SafeFileHandle from, byte* name, SafeFileHandle to, byte* newName, int flags);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    public static partial int LinkPathAt(int from, byte* path, SafeFileHandle to, byte* newName, int flags);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int SymlinkAt(byte* target, SafeFileHandle parent, byte* name);
}
