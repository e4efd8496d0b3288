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

    /// <summary>Whether the file has a chunk already, from an earlier try; it was checked.</summary>
    internal virtual bool Has(PlacedChunk placed) => false;

    /// <summary>Counts bytes that are there already; the last ones complete the file.</summary>
    internal ValueTask PassAsync(int length, CancellationToken cancellationToken) =>
        Interlocked.Add(ref _left, -length) == 0 ? CompleteAsync(cancellationToken) : ValueTask.CompletedTask;

    private protected abstract void Write(long offset, ReadOnlySpan<byte> content);

    /// <summary>All bytes are there: the file may appear.</summary>
    private protected abstract ValueTask CompleteAsync(CancellationToken cancellationToken);
}
