using System.Buffers;
using Versioning.Compression;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Fetching;

/// <summary>Reads batches side by side and hands every chunk on only after it was verified against what the manifest says.</summary>
internal sealed class BatchReader(PackReader packs, int concurrency)
{
    internal Task RunAsync(IAsyncEnumerable<FileSink> files, Action<FileSink, int>? progress, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(
            ReadPlan.BatchesAsync(packs, files, cancellationToken),
            options,
            async (batch, token) => await ReadAsync(batch, progress, token).ConfigureAwait(false));
    }

    private async ValueTask ReadAsync(ReadBatch batch, Action<FileSink, int>? progress, CancellationToken cancellationToken)
    {
        int length = (int)(batch.End - batch.Start);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        byte[] decoded = ArrayPool<byte>.Shared.Rent(PackFormat.MaxChunkLength / 16);
        try
        {
            ObjectRead? read = await packs.Objects.ReadAsync(StoreKeys.Pack(batch.Object), batch.Start, buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            bool whole = read?.Count == length;
            foreach (WantedChunk wanted in batch.Chunks)
            {
                ReadOnlyMemory<byte> content = whole ? TryDecode(batch, wanted, buffer, ref decoded) : default;
                if (content.IsEmpty)
                {
                    // Absent or wrong: the one place that knows how to look again.
                    content = await packs.ReadChunkAsync(wanted.Chunk.Place, cancellationToken).ConfigureAwait(false);
                    Require(wanted, Digest.Of(content.Span) == wanted.Chunk.Digest && content.Length == wanted.Chunk.Length);
                }

                if (wanted.Sink.Accept(wanted.Offset, content.Span))
                {
                    await wanted.Sink.CompleteAsync(cancellationToken).ConfigureAwait(false);
                }

                progress?.Invoke(wanted.Sink, content.Length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<byte>.Shared.Return(decoded);
        }
    }

    private ReadOnlyMemory<byte> TryDecode(ReadBatch batch, WantedChunk wanted, byte[] buffer, ref byte[] decoded)
    {
        PackedChunk chunk = wanted.Packed;
        if (chunk.Digest != wanted.Chunk.Digest || chunk.Length != wanted.Chunk.Length)
        {
            return default;
        }

        ReadOnlyMemory<byte> stored = buffer.AsMemory((int)(chunk.Offset - batch.Start), chunk.StoredLength);
        if (chunk.Encoding == ChunkEncoding.Raw)
        {
            return Digest.Of(stored.Span) == wanted.Chunk.Digest ? stored : default;
        }

        if (decoded.Length < chunk.Length)
        {
            ArrayPool<byte>.Shared.Return(decoded);
            decoded = ArrayPool<byte>.Shared.Rent(chunk.Length);
        }

        try
        {
            packs.Decode(chunk, stored.Span, decoded.AsSpan(0, chunk.Length), PackReader.Describe(batch.Object, chunk));
            return decoded.AsMemory(0, chunk.Length);
        }
        catch (IntegrityException)
        {
            return default;
        }
    }

    private static void Require(WantedChunk wanted, bool holds)
    {
        if (!holds)
        {
            throw new IntegrityException("chunk_damaged", $"The bytes of '{wanted.Sink.Entry.Name}' from {wanted.Offset} on are not what its version says.", "Run 'vers verify' to see what is hit.");
        }
    }
}
