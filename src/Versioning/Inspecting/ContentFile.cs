using Versioning.Trees;

namespace Versioning.Inspecting;

/// <summary>A file that is looked into: read at any place, verified, and no more of it than a number of bytes.</summary>
/// <param name="content">Its bytes; seekable.</param>
/// <param name="maxBytes">How many bytes may be read.</param>
/// <param name="chunks">Its chunks from an offset on, or null where they are not known.</param>
internal sealed class ContentFile(Stream content, long maxBytes, Func<long, IAsyncEnumerable<PlacedChunk>>? chunks = null) : IAsyncDisposable
{
    private long _left = maxBytes;

    internal long Length { get; } = content.Length;

    internal long MaxBytes { get; } = maxBytes;

    internal Func<long, IAsyncEnumerable<PlacedChunk>>? Chunks => chunks;

    /// <summary>Whether so many bytes more may be read.</summary>
    internal bool MayRead(long bytes) => bytes <= _left;

    /// <summary>Fills the buffer from there on, as far as the file goes.</summary>
    /// <returns>How many bytes it got.</returns>
    /// <exception cref="InvalidDataException">More would be read than may be.</exception>
    internal async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int wanted = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        RequireRight(wanted);
        content.Position = offset;
        int count = await content.ReadAtLeastAsync(buffer[..wanted], wanted, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        _left -= count;
        return count == wanted ? count : throw new InvalidDataException("it ends before its length");
    }

    /// <summary>Bytes that have to be there.</summary>
    /// <exception cref="InvalidDataException">The file ends before, or more would be read than may be.</exception>
    internal async ValueTask<byte[]> ReadAsync(long offset, int count, CancellationToken cancellationToken)
    {
        if (offset < 0 || count < 0 || offset > Length - count)
        {
            throw new InvalidDataException("it is too short");
        }

        RequireRight(count);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(count);
        await ReadAsync(offset, bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private void RequireRight(int bytes)
    {
        if (!MayRead(bytes))
        {
            throw new InvalidDataException(FormattableString.Invariant($"more than {MaxBytes:N0} bytes of it would have to be read"));
        }
    }
}
