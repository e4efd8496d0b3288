using System.Collections.Concurrent;
using Versioning.Compression;

namespace Versioning.Commits;

/// <summary>Hashes chunks, and compresses those that the store does not have yet. Thread safe.</summary>
internal sealed class PieceEncoder(bool compress, Func<Digest, CancellationToken, ValueTask<Packs.ChunkRef?>> find) : IDisposable
{
    private const int SampleLength = 64 * 1024;

    private readonly ConcurrentBag<ChunkCompressor> _idle = [];

    /// <summary>What to try for chunks out of these bytes; <see cref="ChunkEncoding.Raw"/> for nothing.</summary>
    internal ChunkEncoding Choose(ReadOnlyMemory<byte> content)
    {
        if (!compress || content.Length < 256)
        {
            return ChunkEncoding.Raw;
        }

        ChunkCompressor compressor = Take();
        int length = Math.Min(content.Length, SampleLength);
        ChunkEncoding chosen = compressor.Choose([content.Slice((content.Length - length) / 2, length)]);
        _idle.Add(compressor);
        return chosen;
    }

    /// <summary>Encodes one chunk.</summary>
    /// <param name="slab">Holds the chunk, or, where it is null, the chunk lies elsewhere.</param>
    /// <param name="start">Where the chunk begins in the slab.</param>
    /// <param name="content">The chunk. Its bytes must stay as they are until they are stored.</param>
    /// <param name="digest">Its digest, where it is known already.</param>
    /// <param name="encoding">What to try.</param>
    /// <param name="cancellationToken">Stops looking the chunk up.</param>
    internal async ValueTask<FilePiece> EncodeAsync(Slab? slab, int start, ReadOnlyMemory<byte> content, Digest? digest, ChunkEncoding encoding, CancellationToken cancellationToken)
    {
        Digest hash = digest ?? Digest.Of(content.Span);
        if (encoding is ChunkEncoding.Planes2 or ChunkEncoding.Planes4)
        {
            // Tensors of different types may alternate within one file.
            encoding = ChunkCompressor.ChooseForChunk(content.Span);
        }

        if (encoding == ChunkEncoding.Raw || await find(hash, cancellationToken).ConfigureAwait(false) is not null)
        {
            return new FilePiece(hash, content.Length, ChunkEncoding.Raw, content);
        }

        Memory<byte> destination = slab?.Compressed(start, content.Length) ?? new byte[content.Length];
        ChunkCompressor compressor = Take();
        int length = compressor.TryCompress(encoding, content.Span, destination.Span);
        _idle.Add(compressor);
        return length < 0
            ? new FilePiece(hash, content.Length, ChunkEncoding.Raw, content)
            : new FilePiece(hash, content.Length, encoding, destination[..length]);
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
