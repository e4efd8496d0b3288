using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>What tells that a file was not written to: length in bytes, times in nanoseconds since 1970, identity on its disk.</summary>
internal readonly record struct FileStamp(long Size, long MtimeNs, long CtimeNs, ulong Inode, ulong Device);

/// <summary>Looks at files without following links.</summary>
internal static partial class FileStat
{
    private const int CurrentDirectory = -100, NoFollow = 0x100, EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int TypeMask = 0xF000, Directory = 0x4000, Regular = 0x8000, Link = 0xA000, OwnerExecute = 0x40;

    internal enum Type
    {
        Absent,
        File,
        Directory,
        Link,
        Other,
    }

    internal readonly record struct Result(Type Type, FileStamp Stamp, bool IsExecutable);

    internal static FileStamp Of(SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux())
        {
            bool added = false;
            try
            {
                handle.DangerousAddRef(ref added);
                return StatX((int)handle.DangerousGetHandle(), "", EmptyPath, out Statx stat) == 0
                    ? Stamp(stat)
                    : throw new Win32Exception(Marshal.GetLastPInvokeError());
            }
            finally
            {
                if (added)
                {
                    handle.DangerousRelease();
                }
            }
        }

        long modified = Nanoseconds(File.GetLastWriteTimeUtc(handle));
        return new FileStamp(RandomAccess.GetLength(handle), modified, Nanoseconds(File.GetCreationTimeUtc(handle)), 0, 0);
    }

    internal static Result Of(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            if (StatX(CurrentDirectory, path, NoFollow, out Statx stat) != 0)
            {
                int error = Marshal.GetLastPInvokeError();
                return error is 2 or 20 ? default : throw new IOException($"Could not look at '{path}': {Marshal.GetPInvokeErrorMessage(error)}.");
            }

            Type type = (stat.Mode & TypeMask) switch { Directory => Type.Directory, Regular => Type.File, Link => Type.Link, _ => Type.Other };
            return new Result(type, Stamp(stat), (stat.Mode & OwnerExecute) != 0);
        }

        var info = new FileInfo(path);
        if (info.LinkTarget is not null)
        {
            return new Result(Type.Link, default, false);
        }

        if (System.IO.Directory.Exists(path))
        {
            return new Result(Type.Directory, default, false);
        }

        if (!info.Exists)
        {
            return default;
        }

        bool executable = !OperatingSystem.IsWindows() && (info.UnixFileMode & UnixFileMode.UserExecute) != 0;
        return new Result(Type.File, new FileStamp(info.Length, Nanoseconds(info.LastWriteTimeUtc), Nanoseconds(info.CreationTimeUtc), 0, 0), executable);
    }

    private static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks * 100;

    private static FileStamp Stamp(in Statx stat) => new(
        (long)stat.Size,
        (stat.MtimeSeconds * 1_000_000_000) + stat.MtimeNanoseconds,
        (stat.CtimeSeconds * 1_000_000_000) + stat.CtimeNanoseconds,
        stat.Inode,
        ((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor);

    private static int StatX(int directory, string path, int flags, out Statx stat) => StatX(directory, path, flags, BasicStats, out stat);

    // The kernel's struct statx has one layout on every architecture.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out Statx stat);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(28)] internal ushort Mode;
        [FieldOffset(32)] internal ulong Inode;
        [FieldOffset(40)] internal ulong Size;
        [FieldOffset(96)] internal long CtimeSeconds;
        [FieldOffset(104)] internal uint CtimeNanoseconds;
        [FieldOffset(112)] internal long MtimeSeconds;
        [FieldOffset(120)] internal uint MtimeNanoseconds;
        [FieldOffset(136)] internal uint DeviceMajor;
        [FieldOffset(140)] internal uint DeviceMinor;
    }
}
