using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Versioning.Chunking;
using Versioning.Files;

namespace Versioning.Fetching;

/// <summary>Where chunks lie in a file on disk: it is cut as a commit cuts it, only as far as something was looked for, and no further than that pays.</summary>
internal sealed class OldChunks(SafeFileHandle file, long length, int concurrency)
{
    private const int BlockLength = 4 * 1024 * 1024;
    private const int MaxChunks = 1 << 20;
    private const long FirstAhead = 16 * 1024 * 1024;

    private readonly Dictionary<Digest, long> _offsets = [];
    private CutPoints? _cuts;
    private long _end;
    private long _ahead = FirstAhead;

    // What may be gone through before anything was found; then as much more as was found.
    private long _allowed = 4 * FirstAhead;

    /// <summary>Where a chunk lies, as far as is known.</summary>
    internal long? Find(Digest digest) => _offsets.TryGetValue(digest, out long at) ? at : null;

    /// <summary>Tells that bytes of the file were of use where they were looked for.</summary>
    internal void Found(long bytes)
    {
        _allowed += bytes;
        _ahead = FirstAhead;
    }

    /// <summary>Goes on from an offset at which a chunk probably begins, each time further ahead.</summary>
    /// <returns>Whether there was anything more.</returns>
    internal bool Grow(long from, CancellationToken cancellationToken)
    {
        _end = Math.Clamp(from, _end, length);
        long end = Math.Min(length, _end + Math.Min(_ahead, _allowed));
        if (_end == end || _offsets.Count >= MaxChunks)
        {
            return false;
        }

        _ahead *= 2;
        _allowed -= end - _end;
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockLength);
        try
        {
            _cuts ??= CutPoints.For(block.AsSpan(0, FileReading.Fill(file, block.AsSpan(0, CutPoints.HeadLength), 0)), length);
            while (_end < end && Add(block.AsMemory(0, FileReading.Fill(file, block.AsSpan(0, BlockLength), _end)), cancellationToken))
            {
                // Block by block.
            }
        }
        catch (IOException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        return true;
    }

    private bool Add(ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        var chunks = new List<(int Start, int Length)>();
        int used = 0;
        bool ends = _end + block.Length >= length;
        while (block.Length - used >= Chunker.MaxLength || (ends && used < block.Length))
        {
            int cut = _cuts!.Next(block.Span[used..], _end + used);
            chunks.Add((used, cut));
            used += cut;
        }

        var digests = new Digest[chunks.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        Parallel.For(0, chunks.Count, options, i => digests[i] = Digest.Of(block.Span.Slice(chunks[i].Start, chunks[i].Length)));
        for (int i = 0; i < digests.Length; i++)
        {
            _offsets.TryAdd(digests[i], _end + chunks[i].Start);
        }

        _end += used;
        return used > 0;
    }
}
