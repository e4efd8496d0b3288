using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using Versioning.Chunking;
using Versioning.Compression;
using Versioning.Files;

namespace Versioning.Commits;

/// <summary>
/// Reads a large file once, segment by segment in constant memory: cuts are found in order, the hash of the file follows
/// in order, the chunks of a segment are hashed and compressed side by side.
/// </summary>
internal sealed class LargeFileReader(SourceFile file, PieceEncoder encoder, ByteBudget budget, Func<long> now, int concurrency)
{
    // With what is carried over to the next segment, a buffer is just 2 MiB: the array pool rounds up to powers of two.
    private const int SegmentLength = (2 * 1024 * 1024) - Chunker.MaxLength;

    private readonly TaskCompletionSource<FileIdentity> _identity = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<Task<PieceBatch>> _batches = Channel.CreateUnbounded<Task<PieceBatch>>();

    // Compressed chunks wait beside the segment that they came from.
    private long Reserved => encoder.Compresses ? 2 * SegmentLength : SegmentLength;

    /// <summary>The batches, in the order of the file.</summary>
    internal ChannelReader<Task<PieceBatch>> Batches => _batches.Reader;

    /// <summary>Complete when the last batch was written.</summary>
    internal Task<FileIdentity> Identity => _identity.Task;

    internal SourceFile File => file;

    internal async Task ProduceAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (int attempt = 0; attempt < SmallFileReader.MaxAttempts; attempt++)
            {
                if (attempt > 0)
                {
                    await _batches.Writer.WriteAsync(Task.FromResult(new PieceBatch([]) { Restart = true }), cancellationToken).ConfigureAwait(false);
                }

                if (await ReadOnceAsync(cancellationToken).ConfigureAwait(false) is { } identity)
                {
                    _identity.SetResult(identity);
                    _batches.Writer.Complete();
                    return;
                }
            }

            throw SmallFileReader.Changing(file);
        }
        catch (Exception e)
        {
            _identity.TrySetException(e);
            _batches.Writer.TryComplete(e);
            // Observed by the consumer through the channel.
            _ = _identity.Task.Exception;
            throw;
        }
    }

    private async Task<FileIdentity?> ReadOnceAsync(CancellationToken cancellationToken)
    {
        using SafeFileHandle handle = file.Open();
        long startedAt = now();
        FileStamp stamp = SourceTree.Stamp(handle);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Task hashed = Task.CompletedTask;
        CutPoints? cuts = null;
        long offset = 0, position = 0;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SegmentLength + Chunker.MaxLength);
        int kept = 0;
        while (true)
        {
            await budget.TakeAsync(Reserved, cancellationToken).ConfigureAwait(false);
            int filled = Fill(handle, buffer.AsSpan(kept, SegmentLength), position);
            position += filled;
            bool ended = filled < SegmentLength;
            int available = kept + filled;
            cuts ??= CutPoints.For(buffer.AsSpan(0, available), stamp.Size);

            var lengths = new List<int>();
            int at = 0;
            while (available - at >= Chunker.MaxLength || (ended && at < available))
            {
                int length = cuts.Next(buffer.AsSpan(at, available - at), offset + at);
                lengths.Add(length);
                at += length;
            }

            byte[] next = ArrayPool<byte>.Shared.Rent(SegmentLength + Chunker.MaxLength);
            kept = available - at;
            buffer.AsSpan(at, kept).CopyTo(next);
            hashed = HashAfterAsync(hashed, sha, buffer.AsMemory(0, at));
            Task<PieceBatch> batch = EncodeAsync(buffer, lengths, hashed, cancellationToken);
            await _batches.Writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            buffer = next;
            offset += at;
            if (ended)
            {
                break;
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        await hashed.ConfigureAwait(false);
        bool same = position == stamp.Size && SourceTree.Stamp(handle) == stamp;
        return same ? new FileIdentity(stamp.Size, new Digest(sha.GetHashAndReset()), stamp, startedAt) : null;
    }

    private static int Fill(SafeFileHandle handle, Span<byte> destination, long position)
    {
        int filled = 0;
        while (filled < destination.Length && RandomAccess.Read(handle, destination[filled..], position + filled) is > 0 and var read)
        {
            filled += read;
        }

        return filled;
    }

    private static async Task HashAfterAsync(Task before, IncrementalHash sha, ReadOnlyMemory<byte> content)
    {
        await before.ConfigureAwait(false);
        await Task.Run(() => sha.AppendData(content.Span)).ConfigureAwait(false);
    }

    private async Task<PieceBatch> EncodeAsync(byte[] buffer, List<int> lengths, Task hashed, CancellationToken cancellationToken)
    {
        var batch = new PieceBatch([buffer]) { Reserved = Reserved };
        ChunkEncoding encoding = encoder.Choose(buffer.AsMemory(0, lengths.Sum()));
        int share = Math.Max(1, (lengths.Count + concurrency - 1) / concurrency);
        var parts = new List<Task<PieceBatch>>();
        int at = 0;
        foreach (int[] part in lengths.Chunk(share))
        {
            int start = at;
            parts.Add(Task.Run(() => EncodePartAsync(buffer, start, part, encoding, cancellationToken), cancellationToken));
            at += part.Sum();
        }

        PieceBatch[] encoded = await Task.WhenAll(parts).ConfigureAwait(false);
        await hashed.ConfigureAwait(false);
        foreach (PieceBatch part in encoded)
        {
            batch.Adopt(part);
        }

        return batch;
    }

    private async Task<PieceBatch> EncodePartAsync(byte[] buffer, int start, int[] lengths, ChunkEncoding encoding, CancellationToken cancellationToken)
    {
        var batch = new PieceBatch([]);
        foreach (int length in lengths)
        {
            await encoder.AddAsync(batch, buffer.AsMemory(start, length), null, encoding, cancellationToken).ConfigureAwait(false);
            start += length;
        }

        return batch;
    }
}
