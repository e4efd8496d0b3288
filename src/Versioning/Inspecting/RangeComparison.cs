using Versioning.Trees;

namespace Versioning.Inspecting;

/// <summary>Compares ranges of two files. Where their chunks are the same, or cannot be, nothing is read.</summary>
internal sealed class RangeComparison(ContentFile before, ContentFile after)
{
    private const int BufferLength = 256 * 1024;

    private byte[] _left = [];
    private byte[] _right = [];

    /// <returns>Null where more would have to be read than may be.</returns>
    internal async ValueTask<bool?> AreEqualAsync(long beforeOffset, long afterOffset, long length, CancellationToken cancellationToken)
    {
        if (before.Chunks is null || after.Chunks is null)
        {
            return await SameBytesAsync(beforeOffset, afterOffset, length, cancellationToken).ConfigureAwait(false);
        }

        IAsyncEnumerator<PlacedChunk> left = before.Chunks(beforeOffset).GetAsyncEnumerator(cancellationToken), right = after.Chunks(afterOffset).GetAsyncEnumerator(cancellationToken);
        await using (left.ConfigureAwait(false))
        await using (right.ConfigureAwait(false))
        {
            return await SameChunksAsync(left, right, beforeOffset, afterOffset, length, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool?> SameChunksAsync(IAsyncEnumerator<PlacedChunk> left, IAsyncEnumerator<PlacedChunk> right, long beforeOffset, long afterOffset, long length, CancellationToken cancellationToken)
    {
        long position = 0, leftEnd = 0, rightEnd = 0;
        while (position < length)
        {
            if (leftEnd <= position)
            {
                leftEnd = await NextAsync(left).ConfigureAwait(false) - beforeOffset;
            }

            if (rightEnd <= position)
            {
                rightEnd = await NextAsync(right).ConfigureAwait(false) - afterOffset;
            }

            FileChunk was = left.Current.Chunk, now = right.Current.Chunk;
            long start = left.Current.Offset - beforeOffset, end = Math.Min(Math.Min(leftEnd, rightEnd), length);
            bool inStep = start == right.Current.Offset - afterOffset && was.Length == now.Length;
            if (inStep && was.Digest != now.Digest && start >= 0 && leftEnd <= length)
            {
                return false;
            }

            if (!inStep || was.Digest != now.Digest)
            {
                bool? same = await SameBytesAsync(beforeOffset + position, afterOffset + position, end - position, cancellationToken).ConfigureAwait(false);
                if (same is not true)
                {
                    return same;
                }
            }

            position = end;
        }

        return true;
    }

    private static async ValueTask<long> NextAsync(IAsyncEnumerator<PlacedChunk> chunks) =>
        await chunks.MoveNextAsync().ConfigureAwait(false)
            ? chunks.Current.Offset + chunks.Current.Chunk.Length
            : throw new IntegrityException("node_damaged", "A chunk list ends before its file does.", "Run 'vers verify'.");

    private async ValueTask<bool?> SameBytesAsync(long beforeOffset, long afterOffset, long length, CancellationToken cancellationToken)
    {
        int size = (int)Math.Min(length, BufferLength);
        if (_left.Length < size)
        {
            (_left, _right) = (new byte[size], new byte[size]);
        }

        for (long done = 0; done < length; done += size)
        {
            int count = (int)Math.Min(size, length - done);
            if (!before.MayRead(count) || !after.MayRead(count))
            {
                return null;
            }

            await before.ReadAsync(beforeOffset + done, _left.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            await after.ReadAsync(afterOffset + done, _right.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            if (!_left.AsSpan(0, count).SequenceEqual(_right.AsSpan(0, count)))
            {
                return false;
            }
        }

        return true;
    }
}
