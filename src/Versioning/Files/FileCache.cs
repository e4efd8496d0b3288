using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace Versioning.Files;

/// <summary>
/// What this machine knows of the files of one source: path, stamp, SHA-256, in the order of paths. A file of blocks:
/// length (u32), XxHash3-64 (u64), entries; an entry is path length (u16), path, five 8-byte stamp fields, SHA-256.
/// A short cut only: what is damaged or missing is hashed again.
/// </summary>
internal static class FileCache
{
    internal const int BlockLength = 64 * 1024;
    internal const int FixedLength = 2 + (5 * 8) + Digest.Size;
    private const long FineGrain = 20_000_000, CoarseGrain = 2_000_000_000;

    internal static ReadOnlySpan<byte> Magic => "VERSFC01"u8;

    internal static string DefaultDirectory()
    {
        if (Environment.GetEnvironmentVariable("VERSIONING_CACHE") is { Length: > 0 } set)
        {
            return set;
        }

        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg)
        {
            return Path.Combine(xdg, "versioning");
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "versioning", "cache")
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches", "versioning") : Path.Combine(home, ".cache", "versioning");
    }

    internal static string FileFor(string directory, string root)
    {
        byte[] hash = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(root));
        return Path.Combine(directory, "files", Convert.ToHexStringLower(hash.AsSpan(0, 16)));
    }

    /// <summary>Whether a later write could leave the same stamp: then the hash must not be remembered.</summary>
    internal static bool IsRacy(in FileStamp stamp, long hashedAt)
    {
        long grain = stamp.MtimeNs % 1_000_000_000 == 0 ? CoarseGrain : FineGrain;
        return Math.Max(stamp.MtimeNs, stamp.CtimeNs) + grain >= hashedAt;
    }

    internal static void WriteStamp(Span<byte> at, in FileStamp stamp)
    {
        BinaryPrimitives.WriteInt64LittleEndian(at, stamp.Size);
        BinaryPrimitives.WriteInt64LittleEndian(at[8..], stamp.MtimeNs);
        BinaryPrimitives.WriteInt64LittleEndian(at[16..], stamp.CtimeNs);
        BinaryPrimitives.WriteUInt64LittleEndian(at[24..], stamp.Inode);
        BinaryPrimitives.WriteUInt64LittleEndian(at[32..], stamp.Device);
    }

    internal static FileStamp ReadStamp(ReadOnlySpan<byte> at) => new(
        BinaryPrimitives.ReadInt64LittleEndian(at),
        BinaryPrimitives.ReadInt64LittleEndian(at[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(at[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(at[24..]),
        BinaryPrimitives.ReadUInt64LittleEndian(at[32..]));

    internal static ulong Checksum(ReadOnlySpan<byte> block) => XxHash3.HashToUInt64(block);
}

/// <summary>Reads a file cache along with a walk: paths are asked for in ascending order. Never fails.</summary>
internal sealed class FileCacheReader : IDisposable
{
    private readonly Stream? _stream;
    private readonly byte[] _block = new byte[FileCache.BlockLength];
    private int _at, _length;

    internal FileCacheReader(string file)
    {
        try
        {
            _stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 17);
            Span<byte> magic = stackalloc byte[8];
            if (_stream.ReadAtLeast(magic, 8, throwOnEndOfStream: false) < 8 || !magic.SequenceEqual(FileCache.Magic))
            {
                _stream.Dispose();
                _stream = null;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _stream = null;
        }
    }

    internal bool TryFind(ReadOnlySpan<byte> path, in FileStamp stamp, out Digest sha256)
    {
        sha256 = default;
        while (_at < _length || NextBlock())
        {
            ReadOnlySpan<byte> rest = _block.AsSpan(_at, _length - _at);
            int pathLength = rest.Length < FileCache.FixedLength ? int.MaxValue : BinaryPrimitives.ReadUInt16LittleEndian(rest);
            if (pathLength > rest.Length - FileCache.FixedLength)
            {
                _at = _length;
                continue;
            }

            int order = rest.Slice(2, pathLength).SequenceCompareTo(path);
            if (order > 0)
            {
                return false;
            }

            _at += FileCache.FixedLength + pathLength;
            if (order == 0)
            {
                ReadOnlySpan<byte> fields = rest[(2 + pathLength)..];
                sha256 = new Digest(fields.Slice(40, Digest.Size));
                return FileCache.ReadStamp(fields) == stamp;
            }
        }

        return false;
    }

    public void Dispose() => _stream?.Dispose();

    private bool NextBlock()
    {
        try
        {
            Span<byte> header = stackalloc byte[12];
            if (_stream is null || _stream.ReadAtLeast(header, 12, throwOnEndOfStream: false) < 12)
            {
                return false;
            }

            int length = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (length is < 0 or > FileCache.BlockLength || _stream.ReadAtLeast(_block.AsSpan(0, length), length, throwOnEndOfStream: false) < length)
            {
                return false;
            }

            bool sound = FileCache.Checksum(_block.AsSpan(0, length)) == BinaryPrimitives.ReadUInt64LittleEndian(header[4..]);
            (_at, _length) = (0, sound ? length : 0);
            return sound && length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

/// <summary>Writes a file cache, which takes the place of the old one when it is complete. Never fails.</summary>
internal sealed class FileCacheWriter : IDisposable
{
    private readonly string _file;
    private readonly string _temporary;
    private readonly byte[] _block = new byte[FileCache.BlockLength];
    private Stream? _stream;
    private int _length;

    internal FileCacheWriter(string file)
    {
        _file = file;
        _temporary = $"{file}.{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        Try(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 17);
            _stream.Write(FileCache.Magic);
        });
    }

    /// <summary>Remembers a file, in ascending order of paths, unless a write could go unnoticed.</summary>
    /// <param name="path">The path.</param>
    /// <param name="stamp">Its stamp when it was hashed.</param>
    /// <param name="sha256">What it hashed to.</param>
    /// <param name="hashedAt">When the hashing began, in nanoseconds since 1970.</param>
    internal void Add(ReadOnlySpan<byte> path, in FileStamp stamp, Digest sha256, long hashedAt)
    {
        int length = FileCache.FixedLength + path.Length;
        if (_stream is null || length > FileCache.BlockLength || path.Length > ushort.MaxValue || FileCache.IsRacy(stamp, hashedAt))
        {
            return;
        }

        if (_length + length > _block.Length)
        {
            Flush();
        }

        Span<byte> at = _block.AsSpan(_length);
        BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)path.Length);
        path.CopyTo(at[2..]);
        FileCache.WriteStamp(at[(2 + path.Length)..], stamp);
        sha256.CopyTo(at[(42 + path.Length)..]);
        _length += length;
    }

    internal void Complete()
    {
        Flush();
        Try(() =>
        {
            if (_stream is { } stream)
            {
                stream.Dispose();
                _stream = null;
                File.Move(_temporary, _file, overwrite: true);
            }
        });
    }

    public void Dispose()
    {
        if (_stream is { } stream)
        {
            stream.Dispose();
            Try(() => File.Delete(_temporary));
        }
    }

    private void Flush() => Try(() =>
    {
        Span<byte> header = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(header, _length);
        BinaryPrimitives.WriteUInt64LittleEndian(header[4..], FileCache.Checksum(_block.AsSpan(0, _length)));
        _stream?.Write(header);
        _stream?.Write(_block.AsSpan(0, _length));
        _length = 0;
    });

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a cache the next commit reads the files again.
            _stream?.Dispose();
            _stream = null;
        }
    }
}
