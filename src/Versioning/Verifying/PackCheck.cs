using System.Buffers;
using System.IO.Hashing;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Verifying;

/// <summary>Checks chunks of one pack object in slices of bounded length; those that are known to be sound are not read again.</summary>
/// <param name="packs">Reads footers.</param>
/// <param name="marks">What is known of chunks.</param>
/// <param name="progress">Told of bytes that were read.</param>
/// <param name="hashes">Whether chunks are read; otherwise only that the object is there, whole by its length and its footer.</param>
internal sealed class PackCheck(PackReader packs, ChunkMarks marks, Action<long> progress, bool hashes = true)
{
    private const int Slice = 1024 * 1024;

    /// <param name="target">The object.</param>
    /// <param name="all">All of its chunks, or only those that something needs.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    internal async Task RunAsync(PackId target, bool all, CancellationToken cancellationToken)
    {
        PackMarks known = marks.Of(target);
        PackFooter footer;
        try
        {
            footer = await packs.FooterAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrityException e)
        {
            known.NoteAllBad(e.Code == "object_missing" ? "is missing" : e.Message);
            return;
        }

        if (!hashes)
        {
            progress(PackFormat.TrailerLength + ((long)PackFormat.RecordLength * footer.Count));
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Slice + PackFormat.MaxChunkLength);
        byte[] content = ArrayPool<byte>.Shared.Rent(PackFormat.MaxChunkLength / 16);
        try
        {
            var slice = new List<int>();
            long start = 0, end = 0;
            for (int ordinal = 0; ordinal < footer.Count; ordinal++)
            {
                PackedChunk chunk = footer[ordinal];
                if (chunk.Length == 0 || known.IsSound(ordinal) || !(all || known.IsNeeded(ordinal)))
                {
                    continue;
                }

                if (slice.Count > 0 && (chunk.Offset != end || end + chunk.StoredLength - start > Slice))
                {
                    content = await CheckAsync(target, footer, slice, buffer, content, cancellationToken).ConfigureAwait(false);
                    slice.Clear();
                }

                start = slice.Count == 0 ? chunk.Offset : start;
                end = chunk.Offset + chunk.StoredLength;
                slice.Add(ordinal);
            }

            if (slice.Count > 0)
            {
                content = await CheckAsync(target, footer, slice, buffer, content, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<byte>.Shared.Return(content);
        }

        progress(PackFormat.TrailerLength + ((long)PackFormat.RecordLength * footer.Count));
    }

    private async Task<byte[]> CheckAsync(PackId target, PackFooter footer, List<int> ordinals, byte[] buffer, byte[] content, CancellationToken cancellationToken)
    {
        PackMarks known = marks.Of(target);
        long start = footer[ordinals[0]].Offset;
        PackedChunk last = footer[ordinals[^1]];
        int length = (int)(last.Offset + last.StoredLength - start);
        ObjectRead? read = await packs.Objects.ReadAsync(StoreKeys.Pack(target), start, buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        foreach (int ordinal in ordinals)
        {
            PackedChunk chunk = footer[ordinal];
            int at = (int)(chunk.Offset - start);
            if (!(read?.Count >= at + chunk.StoredLength))
            {
                known.NoteBad(ordinal, "is missing or truncated");
                continue;
            }

            if (content.Length < chunk.Length)
            {
                ArrayPool<byte>.Shared.Return(content);
                content = ArrayPool<byte>.Shared.Rent(chunk.Length);
            }

            if (IsSound(packs, chunk, buffer.AsSpan(at, chunk.StoredLength), content))
            {
                known.NoteSound(ordinal);
            }
            else
            {
                known.NoteBad(ordinal, Wrong);
            }
        }

        progress(length);
        return content;
    }

    internal const string Wrong = "has chunks that are not what their digests say";

    /// <summary>Whether stored bytes are what their record says, in both of its hashes.</summary>
    internal static bool IsSound(PackReader packs, PackedChunk chunk, ReadOnlySpan<byte> stored, Span<byte> content)
    {
        if (XxHash3.HashToUInt64(stored) != chunk.Checksum)
        {
            return false;
        }

        // What is stored as it is need not be copied to be hashed.
        return chunk.Encoding == Compression.ChunkEncoding.Raw
            ? Digest.Of(stored) == chunk.Digest
            : packs.TryDecode(chunk, stored, content[..chunk.Length]);
    }
}
