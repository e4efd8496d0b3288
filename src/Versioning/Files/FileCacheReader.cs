using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>Reads a cache alongside a walk, both in path order, one block at a time.</summary>
internal sealed class FileCacheReader : IDisposable
{
    private readonly SafeFileHandle? _file;
    private readonly byte[] _block = new byte[FileCache.BlockSize];
    private long _position;
    private long _number;
    private int _length;
    private int _at;
    private bool _ended;

    private FileCacheReader(SafeFileHandle? file)
    {
        _file = file;
        _ended = file is null;
        _position = FileCache.Magic.Length;
    }

    /// <summary>Opens the cache of a folder; one that is missing, foreign or unreadable knows nothing.</summary>
    public static FileCacheReader Open(string cacheDir, string rootPath)
    {
        try
        {
            SafeFileHandle file = File.OpenHandle(
                FileCache.PathOf(cacheDir, rootPath), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> magic = stackalloc byte[FileCache.Magic.Length];
            if (ReadFully(file, magic, 0) && magic.SequenceEqual(FileCache.Magic))
            {
                return new FileCacheReader(file);
            }

            file.Dispose();
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // As good as no cache.
        }

        return new FileCacheReader(null);
    }

    /// <summary>The digest of a file whose stamp is still the same. Paths have to be asked for in ascending order.</summary>
    public bool TryFind(ReadOnlySpan<byte> path, in FileStamp stamp, out Digest sha256)
    {
        KnownDigest? known = Find(path);
        sha256 = known?.Sha256 ?? default;
        return known?.Stamp == stamp;
    }

    /// <summary>What is known of a path: the digest of its file while that has this stamp.</summary>
    /// <param name="path">The path; in ascending order from call to call.</param>
    /// <param name="passed">Takes what is known of the paths before it; may be null.</param>
    public KnownDigest? Find(ReadOnlySpan<byte> path, FileCacheWriter? passed = null)
    {
        while (TryPeek(out ReadOnlySpan<byte> own, out KnownDigest known))
        {
            int order = own.SequenceCompareTo(path);
            if (order > 0)
            {
                return null;
            }

            Skip(own);
            if (order == 0)
            {
                return known;
            }

            passed?.Keep(own, known);
        }

        return null;
    }

    /// <summary>Hands all that was not asked for yet to the next cache.</summary>
    public void CopyRest(FileCacheWriter next)
    {
        while (TryPeek(out ReadOnlySpan<byte> path, out KnownDigest known))
        {
            Skip(path);
            next.Keep(path, known);
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Skip(ReadOnlySpan<byte> path) => _at += 2 + path.Length + FileCache.StampSize + Digest.Size;

    private bool TryPeek(out ReadOnlySpan<byte> path, out KnownDigest known)
    {
        path = default;
        known = default;
        if (_at == _length && !NextBlock())
        {
            return false;
        }

        ReadOnlySpan<byte> left = _block.AsSpan(_at, _length - _at);
        int length = left.Length < 2 ? int.MaxValue : BinaryPrimitives.ReadUInt16LittleEndian(left);
        if (left.Length - 2 - FileCache.StampSize - Digest.Size < length)
        {
            _ended = true;
            _at = _length;
            return false;
        }

        path = left.Slice(2, length);
        left = left[(2 + length)..];
        known = new KnownDigest(FileCache.ReadStamp(left), new Digest(left.Slice(FileCache.StampSize, Digest.Size)));
        return true;
    }

    private bool NextBlock()
    {
        _at = _length = 0;
        if (_ended)
        {
            return false;
        }

        // Until the block has proved whole, an early return means the end.
        _ended = true;
        Span<byte> header = stackalloc byte[FileCache.BlockHeader];
        try
        {
            if (!ReadFully(_file!, header, _position))
            {
                return false;
            }

            uint length = BinaryPrimitives.ReadUInt32LittleEndian(header);
            if (length is 0 or > FileCache.BlockSize || !ReadFully(_file!, _block.AsSpan(0, (int)length), _position + header.Length))
            {
                return false;
            }

            // The number as seed: a block that lies in another's place is damage too.
            if (XxHash3.HashToUInt64(_block.AsSpan(0, (int)length), _number) != BinaryPrimitives.ReadUInt64LittleEndian(header[4..]))
            {
                return false;
            }

            _length = (int)length;
            _position += header.Length + length;
            _number++;
            _ended = false;
            return true;
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            return false;
        }
    }

    private static bool ReadFully(SafeFileHandle file, Span<byte> buffer, long offset) => FileReading.Fill(file, buffer, offset) == buffer.Length;
}
