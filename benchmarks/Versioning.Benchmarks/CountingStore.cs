using Versioning.Storage;

namespace Versioning.Benchmarks;

/// <summary>Counts what is asked of a store: objects created and their bytes, reads and theirs, lookups and listings.</summary>
internal sealed class CountingStore(ObjectStore inner) : ObjectStore
{
    private long _creates, _bytesWritten, _reads, _bytesRead, _lookups, _listings;

    public override string Location => inner.Location;

    public override bool IsRemote => inner.IsRemote;

    public long Creates => Interlocked.Read(ref _creates);

    public long BytesWritten => Interlocked.Read(ref _bytesWritten);

    /// <summary>Reads of objects or of ranges of them, found or not.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    public long BytesRead => Interlocked.Read(ref _bytesRead);

    public long Lookups => Interlocked.Read(ref _lookups);

    public long Listings => Interlocked.Read(ref _listings);

    public override string ToString() =>
        FormattableString.Invariant($"{Creates} creates of {BytesWritten} bytes, {Reads} reads of {BytesRead} bytes, {Lookups} lookups, {Listings} listings");

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    protected override async ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _creates);
        Interlocked.Add(ref _bytesWritten, content.Length);
        return await inner.CreateAsync(key, content, cancellationToken).ConfigureAwait(false);
    }

    protected override async ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        ObjectRead? read = await inner.ReadAsync(key, offset, destination, cancellationToken).ConfigureAwait(false);
        Interlocked.Add(ref _bytesRead, read?.Count ?? 0);
        return read;
    }

    protected override ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lookups);
        return inner.StatAsync(key, cancellationToken);
    }

    protected override IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _listings);
        return inner.ListAsync(prefix, cancellationToken);
    }

    protected override ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);
}
