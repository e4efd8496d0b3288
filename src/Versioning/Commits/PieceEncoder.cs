using System.Collections.Concurrent;
using Versioning.Compression;

namespace Versioning.Commits;

/// <summary>Hashes chunks, and compresses those that the store does not have yet.</summary>
internal sealed class PieceEncoder(bool compress, Func<Digest, CancellationToken, ValueTask<Packs.ChunkRef?>> find) : IDisposable
{
    private const int SampleLength = 64 * 1024;

    private readonly ConcurrentBag<ChunkCompressor> _idle = [];

    internal bool Compresses => compress;

    /// <summary>What to try for chunks out of these bytes; <see cref="ChunkEncoding.Raw"/> for nothing.</summary>
    internal ChunkEncoding Choose(ReadOnlyMemory<byte> content)
    {
        if (!compress || content.Length < 256)
        {
            return ChunkEncoding.Raw;
        }

        ChunkCompressor compressor = Take();
        try
        {
            int length = Math.Min(content.Length, SampleLength);
            return compressor.Choose([content.Slice((content.Length - length) / 2, length)]);
        }
        finally
        {
            _idle.Add(compressor);
        }
    }

    /// <summary>Appends a chunk to a batch. Its bytes must stay as they are until the batch is disposed.</summary>
    internal async ValueTask AddAsync(PieceBatch batch, ReadOnlyMemory<byte> content, Digest? digest, ChunkEncoding encoding, CancellationToken cancellationToken)
    {
        Digest hash = digest ?? Digest.Of(content.Span);
        if (encoding == ChunkEncoding.Raw || await find(hash, cancellationToken).ConfigureAwait(false) is not null)
        {
            batch.Pieces.Add(new FilePiece(hash, content.Length, ChunkEncoding.Raw, content));
            return;
        }

        ChunkCompressor compressor = Take();
        try
        {
            if (encoding is ChunkEncoding.Planes2 or ChunkEncoding.Planes4)
            {
                // Tensors of different types may alternate within one file.
                encoding = ChunkCompressor.ChooseForChunk(content.Span);
            }

            byte[] buffer = batch.Rent(content.Length);
            int length = encoding == ChunkEncoding.Raw ? -1 : compressor.TryCompress(encoding, content.Span, buffer.AsSpan(0, content.Length));
            batch.Pieces.Add(length < 0
                ? new FilePiece(hash, content.Length, ChunkEncoding.Raw, content)
                : new FilePiece(hash, content.Length, encoding, buffer.AsMemory(0, length)));
        }
        finally
        {
            _idle.Add(compressor);
        }
    }

    internal ChunkCompressor Take() => _idle.TryTake(out ChunkCompressor? compressor) ? compressor : new ChunkCompressor();

    public void Dispose()
    {
        while (_idle.TryTake(out ChunkCompressor? compressor))
        {
            compressor.Dispose();
        }
    }
}
