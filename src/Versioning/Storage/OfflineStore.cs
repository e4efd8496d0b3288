namespace Versioning.Storage;

/// <summary>Stands for a store that must not be asked.</summary>
internal sealed class OfflineStore : ObjectStore
{
    public override string Location => "the store";

    public override bool IsRemote => true;

    public override bool CanWrite => false;

    protected override ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => throw Offline();

    protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken) => throw Offline();

    protected override ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken) => throw Offline();

    protected override IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, CancellationToken cancellationToken) => throw Offline();

    protected override ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken) => throw Offline();

    private static StoreUnavailableException Offline() =>
        new("offline", "Some of it is not in this machine's cache, and the store is not asked.", "Do it again without --offline.");
}
