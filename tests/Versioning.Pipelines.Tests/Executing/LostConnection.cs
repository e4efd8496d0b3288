using Versioning.Storage;

namespace Versioning.Pipelines.Tests.Executing;

/// <summary>A store that can be written to until the connection is lost.</summary>
internal sealed class LostConnection(ObjectStore inner) : PassingStore(inner)
{
    internal bool IsLost { get; set; }

    protected override ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        IsLost ? throw new StoreUnavailableException("store_unavailable", "The connection is lost.") : base.CreateCoreAsync(key, content, cancellationToken);
}
