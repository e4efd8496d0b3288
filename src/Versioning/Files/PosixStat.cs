using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>What statx(2) fills in: unlike struct stat, the same bytes on every architecture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatxRecord
{
    [FieldOffset(16)] public uint Links;
    [FieldOffset(20)] public uint Owner;
    [FieldOffset(28)] public ushort Mode;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(40)] public long Size;
    [FieldOffset(96)] public long CtimeSeconds;
    [FieldOffset(104)] public uint CtimeNanoseconds;
    [FieldOffset(112)] public long MtimeSeconds;
    [FieldOffset(120)] public uint MtimeNanoseconds;
    [FieldOffset(136)] public uint DeviceMajor;
    [FieldOffset(140)] public uint DeviceMinor;

    private const int TypeMask = 0xF000;

    public readonly bool IsFile => (Mode & TypeMask) == 0x8000;

    public readonly bool IsDirectory => (Mode & TypeMask) == 0x4000;

    public readonly bool IsLink => (Mode & TypeMask) == 0xA000;

    public readonly FileKind Kind => IsLink ? FileKind.Link : (Mode & 0x40) != 0 ? FileKind.Executable : FileKind.File;

    public readonly FileStamp Stamp => new(
        Size,
        Nanoseconds(MtimeSeconds, MtimeNanoseconds),
        Nanoseconds(CtimeSeconds, CtimeNanoseconds),
        Inode,
        ((ulong)DeviceMajor << 32) | DeviceMinor);

    // Wraps for years beyond 2262: a stamp is only compared, so that is harmless.
    private static long Nanoseconds(long seconds, uint nanoseconds) => unchecked((seconds * 1_000_000_000) + nanoseconds);
}

/// <summary>statx(2) for a name in a directory, or for what is open.</summary>
internal static unsafe class PosixStat
{
    private const uint BasicStats = 0x7FF;

    /// <summary>Reads a zero-terminated name; false: errno says why.</summary>
    public static bool TryRead(SafeFileHandle parent, ReadOnlySpan<byte> terminatedName, out StatxRecord record)
    {
        fixed (byte* name = terminatedName)
        fixed (StatxRecord* r = &record)
        {
            return Posix.Statx(parent, name, Posix.SymlinkNoFollow, BasicStats, r) == 0;
        }
    }

    /// <summary>Reads what a path leads to, through links too; false: errno says why.</summary>
    public static bool TryRead(string path, out StatxRecord record)
    {
        fixed (byte* name = (byte[])[.. PathText.Encode(path), 0])
        fixed (StatxRecord* r = &record)
        {
            return Posix.Statx(Posix.AtCurrentDirectory, name, 0, BasicStats, r) == 0;
        }
    }

    /// <summary>Reads what is open; false: errno says why.</summary>
    public static bool TryRead(SafeFileHandle handle, out StatxRecord record)
    {
        byte empty = 0;
        fixed (StatxRecord* r = &record)
        {
            return Posix.Statx(handle, &empty, Posix.EmptyPath, BasicStats, r) == 0;
        }
    }

    /// <summary>Reads what a descriptor has open; false: errno says why.</summary>
    public static bool TryRead(int descriptor, out StatxRecord record)
    {
        byte empty = 0;
        fixed (StatxRecord* r = &record)
        {
            return Posix.Statx(descriptor, &empty, Posix.EmptyPath, BasicStats, r) == 0;
        }
    }
}
