using System.Collections.Concurrent;
using Versioning.Storage;

namespace Versioning.Tests.Faults;

/// <summary>One request as it was made: for a read the offset and the length asked for, for a create the length sent.</summary>
internal sealed record StoreRequest(StoreOperation Operation, string Key, long Offset = 0, int Length = 0);

/// <summary>Remembers every request in the order of arrival, so that a test can say what was touched and what was not.</summary>
internal sealed class RecordingStore(ObjectStore inner) : ObjectStore
{
    private readonly ConcurrentQueue<StoreRequest> _requests = new();

    public override string Location => inner.Location;

    public override bool IsRemote => inner.IsRemote;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanList => inner.CanList;

    public IReadOnlyList<StoreRequest> Requests => [.. _requests];

    public void Clear() => _requests.Clear();

    protected override ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        _requests.Enqueue(new(StoreOperation.Create, key.Value, 0, content.Length));
        return inner.CreateAsync(key, content, cancellationToken);
    }

    protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        _requests.Enqueue(new(StoreOperation.Read, key.Value, offset, destination.Length));
        return inner.ReadAsync(key, offset, destination, cancellationToken);
    }

    protected override ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        _requests.Enqueue(new(StoreOperation.Stat, key.Value));
        return inner.StatAsync(key, cancellationToken);
    }

    protected override IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, CancellationToken cancellationToken)
    {
        _requests.Enqueue(new(StoreOperation.List, prefix));
        return inner.ListAsync(prefix, cancellationToken);
    }

    protected override ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        _requests.Enqueue(new(StoreOperation.Delete, key.Value));
        return inner.DeleteAsync(key, cancellationToken);
    }
}
