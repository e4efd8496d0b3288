using Versioning.Storage;

namespace Versioning.Tests.Store;

/// <summary>What others wrote, as one sees it who can neither list nor write.</summary>
internal sealed class UnlistedStore(ObjectStore inner) : PassingStore(inner)
{
    public override bool CanWrite => false;

    public override bool CanList => false;

    protected override IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, CancellationToken cancellationToken) => throw ReadOnlyStores.NoListing(Location);

    protected override ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => throw ReadOnlyStores.ReadOnly(Location);
}
