using System.Buffers;
using Versioning.Compression;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Fetching;

/// <summary>Reads batches side by side and hands every chunk on only after it was verified against what the manifest says.</summary>
internal sealed class BatchReader(PackReader packs, int concurrency)
{
    /// <summary>How many decoded bytes of one file are handed on together.</summary>
    private const int MaxRun = 1024 * 1024;

    internal Task RunAsync(IAsyncEnumerable<FileSink?> files, Action<int>? progress, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(
            new ReadPlan(packs, progress).BatchesAsync(files, cancellationToken),
            options,
            async (batch, token) => await ReadAsync(batch, progress, token).ConfigureAwait(false));
    }

    private async ValueTask ReadAsync(ReadBatch batch, Action<int>? progress, CancellationToken cancellationToken)
    {
        int length = (int)(batch.End - batch.Start);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        byte[]? decoded = null;
        int used = 0;
        try
        {
            ObjectRead? read = await packs.Objects.ReadAsync(StoreKeys.Pack(batch.Object), batch.Start, buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            bool whole = read?.Count == length;
            Run run = default;
            foreach (WantedChunk wanted in batch.Chunks)
            {
                PackedChunk chunk = wanted.Packed;
                int at = (int)(chunk.Offset - batch.Start);
                bool sound = whole;
                Run next;
                if (chunk.Encoding == ChunkEncoding.Raw)
                {
                    next = new Run(wanted.Sink, wanted.Offset, buffer, at, chunk.Length);
                    sound = sound && Digest.Of(next.Content.Span) == chunk.Digest;
                }
                else
                {
                    decoded ??= ArrayPool<byte>.Shared.Rent(Math.Max(MaxRun, batch.Chunks.Max(c => c.Chunk.Length)));
                    if (used + chunk.Length > decoded.Length)
                    {
                        await run.FlushAsync(progress, cancellationToken).ConfigureAwait(false);
                        (run, used) = (default, 0);
                    }

                    next = new Run(wanted.Sink, wanted.Offset, decoded, used, chunk.Length);
                    used += chunk.Length;
                    sound = sound && packs.TryDecode(chunk, buffer.AsSpan(at, chunk.StoredLength), decoded.AsSpan(next.Start, next.Length));
                }

                if (!sound)
                {
                    // Absent or wrong: the one place that knows how to look again.
                    ReadOnlyMemory<byte> again = await packs.ReadChunkAsync(wanted.Chunk.Place, wanted.Chunk.Digest, wanted.Chunk.Length, cancellationToken).ConfigureAwait(false);
                    next = new Run(wanted.Sink, wanted.Offset, again.ToArray(), 0, again.Length);
                }

                if (run.Length + next.Length <= MaxRun && run.TryExtend(next))
                {
                    continue;
                }

                await run.FlushAsync(progress, cancellationToken).ConfigureAwait(false);
                run = next;
            }

            await run.FlushAsync(progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (decoded is not null)
            {
                ArrayPool<byte>.Shared.Return(decoded);
            }
        }
    }

    /// <summary>Verified bytes of one file that lie side by side in memory as they do in the file: one write instead of many.</summary>
    private record struct Run(FileSink? Sink, long Offset, byte[] Array, int Start, int Length)
    {
        internal readonly ReadOnlyMemory<byte> Content => Array.AsMemory(Start, Length);

        internal bool TryExtend(Run next)
        {
            bool extends = Sink == next.Sink && Array == next.Array && Start + Length == next.Start && Offset + Length == next.Offset;
            Length += extends ? next.Length : 0;
            return extends;
        }

        internal readonly async ValueTask FlushAsync(Action<int>? progress, CancellationToken cancellationToken)
        {
            if (Sink is not null)
            {
                await Sink.AcceptAsync(Offset, Content, cancellationToken).ConfigureAwait(false);
                progress?.Invoke(Length);
            }
        }
    }
}
