using System.Buffers;
using Versioning.Chunking;
using Versioning.Compression;
using Versioning.Files;

namespace Versioning.Commits;

/// <summary>Reads a file that fits into memory in one go: what was hashed is what was read.</summary>
internal static class SmallFileReader
{
    /// <summary>Files up to this length are read whole, in bytes.</summary>
    internal const int MaxLength = 2 * 1024 * 1024;

    internal const int MaxAttempts = 4;

    internal static async Task<(FileIdentity File, PieceBatch Batch)> ReadAsync(SourceFile file, PieceEncoder encoder, Func<long> now, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = new PieceBatch([]);
            if (TryRead(file, batch, now, out ReadOnlyMemory<byte> content, out FileStamp stamp, out long hashedAt))
            {
                Digest sha = await EncodeAsync(content, batch, encoder, cancellationToken).ConfigureAwait(false);
                return (new FileIdentity(content.Length, sha, stamp, hashedAt), batch);
            }

            batch.Dispose();
        }

        throw Changing(file);
    }

    internal static VersioningException Changing(SourceFile file) => new(
        "file_changed",
        $"'{file}' went on changing while it was read.",
        "Commit again when nothing writes to it any more; nothing was published.");

    private static bool TryRead(SourceFile file, PieceBatch batch, Func<long> now, out ReadOnlyMemory<byte> content, out FileStamp stamp, out long startedAt)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = file.Open();
        startedAt = now();
        stamp = SourceTree.Stamp(handle);
        content = default;
        if (stamp.Size > MaxLength * 8L)
        {
            return false;
        }

        byte[] buffer = batch.Rent((int)stamp.Size + 1);
        int length = 0;
        while (length <= stamp.Size && RandomAccess.Read(handle, buffer.AsSpan(length, (int)stamp.Size + 1 - length), length) is > 0 and var read)
        {
            length += read;
        }

        content = buffer.AsMemory(0, length);
        return length == stamp.Size && SourceTree.Stamp(handle) == stamp;
    }

    private static async ValueTask<Digest> EncodeAsync(ReadOnlyMemory<byte> content, PieceBatch batch, PieceEncoder encoder, CancellationToken cancellationToken)
    {
        Digest sha = Digest.Of(content.Span);
        ChunkEncoding encoding = encoder.Choose(content);
        CutPoints cuts = CutPoints.For(content.Span, content.Length);
        int at = 0;
        while (at < content.Length)
        {
            int length = cuts.Next(content.Span[at..], at);
            bool isWhole = length == content.Length;
            await encoder.AddAsync(batch, content.Slice(at, length), isWhole ? sha : null, encoding, cancellationToken).ConfigureAwait(false);
            at += length;
        }

        return sha;
    }
}
