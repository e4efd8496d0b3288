using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;
using Versioning.Storage;

namespace Versioning.Files;

/// <summary>Writes the next cache of a folder; it takes the place of the last one when it is complete.</summary>
internal sealed class FileCacheWriter : IDisposable
{
    /// <summary>Kernels stamp files with the last tick of a coarse clock: 10 ms at the slowest, doubled for safety.</summary>
    public const long FineGrainNs = 20_000_000;

    /// <summary>FAT and some network file systems keep even seconds only.</summary>
    private const long CoarseGrainNs = 2_000_000_000;

    private readonly byte[] _block = new byte[FileCache.BlockHeader + FileCache.BlockSize];
    private readonly string _final;
    private readonly string _temporary;
    private SafeFileHandle? _file;
    private int _used = FileCache.BlockHeader;
    private long _position;
    private long _number;

    private FileCacheWriter(string final)
    {
        _final = final;
        _temporary = $"{final}.{Guid.NewGuid():N}";
    }

    /// <summary>Starts a cache; where that is impossible, a writer that does nothing.</summary>
    public static FileCacheWriter Create(string cacheDir, string rootPath)
    {
        var writer = new FileCacheWriter(FileCache.PathOf(cacheDir, rootPath));
        writer.Try(() =>
        {
            CacheDirectory.Make(cacheDir);
            CacheDirectory.Make(Path.GetDirectoryName(writer._final)!);
            RemoveLeftovers(writer._final);
            DiskSteps.Before(DiskStep.CreateFile);
            writer._file = File.OpenHandle(writer._temporary, FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(writer._file, FileCache.Magic, 0);
            writer._position = FileCache.Magic.Length;
        });
        return writer;
    }

    /// <summary>Adds a file; paths have to come in ascending order.</summary>
    /// <param name="path">The path in the folder.</param>
    /// <param name="stamp">The stamp from before the file was read, found unchanged after it.</param>
    /// <param name="sha256">What was read.</param>
    /// <param name="hashedAtNs">When reading started, in nanoseconds since 1970; for a digest from the cache, now.</param>
    public void Add(ReadOnlySpan<byte> path, in FileStamp stamp, in Digest sha256, long hashedAtNs)
    {
        int needed = 2 + path.Length + FileCache.StampSize + Digest.Size;
        if (_file is null || needed > FileCache.BlockSize || path.Length > ushort.MaxValue || IsRacy(stamp, hashedAtNs))
        {
            return;
        }

        if (_used + needed > _block.Length)
        {
            Try(Flush);
        }

        Span<byte> to = _block.AsSpan(_used);
        BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)path.Length);
        path.CopyTo(to[2..]);
        to = to[(2 + path.Length)..];
        FileCache.Write(stamp, to);
        sha256.CopyTo(to[FileCache.StampSize..]);
        _used += needed;
    }

    /// <summary>Takes over what the last cache knew; it was found safe when it went in.</summary>
    public void Keep(ReadOnlySpan<byte> path, in KnownDigest known) => Add(path, known.Stamp, known.Sha256, long.MaxValue);

    /// <summary>Puts the cache in place. Without it the last one stays.</summary>
    public void Complete() => Try(() =>
    {
        Flush();
        if (_file is not null)
        {
            _file.Dispose();
            _file = null;
            DiskSteps.Before(DiskStep.Rename);
            File.Move(_temporary, _final, overwrite: true);
        }
    });

    public void Dispose()
    {
        if (_file is not null)
        {
            Abandon();
        }
    }

    /// <summary>Whether a write could have come after the hashing began and still have left this stamp.</summary>
    internal static bool IsRacy(in FileStamp stamp, long hashedAtNs)
    {
        long changed = Math.Max(stamp.MtimeNs, stamp.CtimeNs);
        long grain = stamp.MtimeNs % 1_000_000_000 == 0 ? CoarseGrainNs : FineGrainNs;
        return changed >= hashedAtNs - grain;
    }

    private static void RemoveLeftovers(string final)
    {
        // A day: no commit that is still running began so long before its last block.
        DateTime before = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1);
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(final)!, Path.GetFileName(final) + ".*"))
        {
            if (File.GetLastWriteTimeUtc(file) < before)
            {
                File.Delete(file);
            }
        }
    }

    private void Flush()
    {
        if (_file is null || _used == FileCache.BlockHeader)
        {
            return;
        }

        ReadOnlySpan<byte> entries = _block.AsSpan(FileCache.BlockHeader, _used - FileCache.BlockHeader);
        BinaryPrimitives.WriteInt32LittleEndian(_block, entries.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(_block.AsSpan(4), XxHash3.HashToUInt64(entries, _number));
        DiskSteps.Before(DiskStep.Write);
        RandomAccess.Write(_file, _block.AsSpan(0, _used), _position);
        _position += _used;
        _used = FileCache.BlockHeader;
        _number++;
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            Abandon();
        }
    }

    private void Abandon()
    {
        _used = FileCache.BlockHeader;
        _file?.Dispose();
        _file = null;
        try
        {
            DiskSteps.Before(DiskStep.Remove);
            File.Delete(_temporary);
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // Nothing depends on it.
        }
    }
}
