using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Where the verified bytes of one file go; they may come in any order and side by side.</summary>
internal abstract class FileSink(ManifestEntry entry)
{
    private long _left = entry.Size;

    internal ManifestEntry Entry => entry;

    /// <summary>Takes verified bytes; the last ones complete the file.</summary>
    internal async ValueTask AcceptAsync(long offset, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Write(offset, content.Span);
        await PassAsync(content.Length, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Which of the file's chunks have to be read from the store; what was at hand, and was checked, is taken on the way.</summary>
    /// <param name="chunks">All of them, in order.</param>
    /// <param name="progress">Told of bytes that need not be read; may be null.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    internal virtual IAsyncEnumerable<PlacedChunk> MissingAsync(IAsyncEnumerable<PlacedChunk> chunks, Action<int>? progress, CancellationToken cancellationToken) => chunks;

    /// <summary>Counts bytes that are there already; the last ones complete the file.</summary>
    internal ValueTask PassAsync(int length, CancellationToken cancellationToken) =>
        Interlocked.Add(ref _left, -length) == 0 ? CompleteAsync(cancellationToken) : ValueTask.CompletedTask;

    private protected abstract void Write(long offset, ReadOnlySpan<byte> content);

    /// <summary>All bytes are there: the file may appear.</summary>
    private protected abstract ValueTask CompleteAsync(CancellationToken cancellationToken);
}
