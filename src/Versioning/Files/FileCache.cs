using System.Buffers.Binary;
using System.Text;

namespace Versioning.Files;

/// <summary>Digests of files that were hashed before, one cache file per folder that was committed or fetched into, on this machine only.</summary>
/// <remarks>
/// File: magic, then blocks. A block is the length of its entries (4 bytes), their XxHash3 seeded with the block's
/// number (8) and the entries, in path order: path length (2), path, size, mtime, ctime, inode, device (8 each), SHA-256.
/// Everything is little endian. Damage ends the reading: what comes after is hashed again, nothing else happens.
/// </remarks>
internal static class FileCache
{
    /// <summary>Their folder in the machine's cache.</summary>
    public const string FolderName = "files";

    public const int BlockSize = 64 << 10;
    public const int BlockHeader = 12;
    public const int StampSize = 40;

    public static ReadOnlySpan<byte> Magic => "versfc\0\u0001"u8;

    /// <summary>Where the cache of a folder lies.</summary>
    public static string PathOf(string cacheDir, string rootPath)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(rootPath));
        return Path.Join(cacheDir, FolderName, Digest.Of(Encoding.UTF8.GetBytes(full)).ToHex()[..32]);
    }

    /// <summary>Failures of the disk and of permissions: the cache is an aid, so none of them may stop a commit.</summary>
    public static bool IsHarmless(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;

    public static void Write(in FileStamp stamp, Span<byte> to)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, stamp.Size);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], stamp.MtimeNs);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], stamp.CtimeNs);
        BinaryPrimitives.WriteUInt64LittleEndian(to[24..], stamp.Inode);
        BinaryPrimitives.WriteUInt64LittleEndian(to[32..], stamp.Device);
    }

    public static FileStamp ReadStamp(ReadOnlySpan<byte> from) => new(
        BinaryPrimitives.ReadInt64LittleEndian(from),
        BinaryPrimitives.ReadInt64LittleEndian(from[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(from[24..]),
        BinaryPrimitives.ReadUInt64LittleEndian(from[32..]));
}

/// <summary>What a cache says of a path: the SHA-256 of the file, as long as it has this stamp.</summary>
internal readonly record struct KnownDigest(FileStamp Stamp, Digest Sha256);
