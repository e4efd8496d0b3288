using System.Runtime.CompilerServices;

namespace Versioning.Storage;

/// <summary>A store in memory: for tests, and for what need not outlive the process.</summary>
public sealed class MemoryStore : ObjectStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override string Location => "memory";

    /// <inheritdoc/>
    protected override ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        byte[] copy = content.ToArray();
        lock (_lock)
        {
            return ValueTask.FromResult(_objects.TryAdd(key.Value, copy));
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (Find(key) is not { } content)
        {
            return ValueTask.FromResult<ObjectRead?>(null);
        }

        long start = Math.Min(content.Length, offset < 0 ? Math.Max(0, content.Length + offset) : offset);
        int count = (int)Math.Min(destination.Length, content.Length - start);
        content.AsMemory((int)start, count).CopyTo(destination);
        return ValueTask.FromResult<ObjectRead?>(new ObjectRead(content.Length, count));
    }

    /// <inheritdoc/>
    protected override ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult<long?>(Find(key)?.Length);

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectInfo[] snapshot;
        lock (_lock)
        {
            snapshot = [.. _objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(o => new ObjectInfo(new ObjectKey(o.Key), o.Value.Length))];
        }

        foreach (ObjectInfo info in snapshot)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return info;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(_objects.Remove(key.Value));
        }
    }

    private byte[]? Find(ObjectKey key)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault(key.Value);
        }
    }
}
