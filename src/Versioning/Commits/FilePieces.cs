using System.Buffers;
using Versioning.Compression;
using Versioning.Files;

namespace Versioning.Commits;

/// <summary>One chunk of a file that was read: its digest and either where it lies already or the bytes to store.</summary>
internal readonly record struct FilePiece(Digest Digest, int Length, ChunkEncoding Encoding, ReadOnlyMemory<byte> Stored);

/// <summary>Consecutive chunks of one file, with the buffers that hold their bytes.</summary>
internal sealed class PieceBatch(List<byte[]> buffers) : IDisposable
{
    private readonly List<byte[]> _buffers = buffers;

    internal List<FilePiece> Pieces { get; } = [];

    /// <summary>Bytes of the file in this batch, to be given back to the budget.</summary>
    internal long Reserved { get; init; }

    /// <summary>Whether the file changed under the reader: forget the batches before and start again.</summary>
    internal bool Restart { get; init; }

    internal byte[] Rent(int length)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        _buffers.Add(buffer);
        return buffer;
    }

    /// <summary>Takes over the chunks and buffers of another batch.</summary>
    internal void Adopt(PieceBatch other)
    {
        Pieces.AddRange(other.Pieces);
        _buffers.AddRange(other._buffers);
        other._buffers.Clear();
    }

    public void Dispose()
    {
        foreach (byte[] buffer in _buffers)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _buffers.Clear();
    }
}

/// <summary>What is known of a whole file once it was read.</summary>
internal readonly record struct FileIdentity(long Size, Digest Sha256, FileStamp Stamp, long HashedAt);
