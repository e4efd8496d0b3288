using Versioning.Storage;

namespace Versioning.Tests.Store;

/// <summary>Passes everything on; tests override what they disturb. Does not own the inner store.</summary>
internal class PassingStore(ObjectStore inner) : ObjectStore
{
    public override string Location => inner.Location;

    public override bool IsRemote => inner.IsRemote;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanList => inner.CanList;

    protected override ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.CreateAsync(key, content, cancellationToken);

    protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        inner.ReadAsync(key, offset, destination, cancellationToken);

    protected override ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken) => inner.StatAsync(key, cancellationToken);

    protected override IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    protected override ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);
}
