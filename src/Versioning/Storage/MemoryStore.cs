using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Versioning.Storage;

/// <summary>A store in memory, for tests and for trying things out; it is gone with the process.</summary>
public sealed class MemoryStore : ObjectStore
{
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override string Location => "memory";

    /// <inheritdoc/>
    protected override ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        // Looking first saves the copy that a lost race would throw away.
        new(!_objects.ContainsKey(key.Value) && _objects.TryAdd(key.Value, content.ToArray()));

    /// <inheritdoc/>
    protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (!_objects.TryGetValue(key.Value, out byte[]? content))
        {
            return default;
        }

        (long start, int count) = ResolveRange(content.Length, offset, destination.Length);
        content.AsSpan((int)start, count).CopyTo(destination.Span);
        return new(new ObjectRead(content.Length, count));
    }

    /// <inheritdoc/>
    protected override ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken) =>
        new(_objects.TryGetValue(key.Value, out byte[]? content) ? content.Length : null);

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // ToArray takes every lock of the dictionary: the listing is one moment, whatever is created meanwhile.
        KeyValuePair<string, byte[]>[] found = [.. _objects.ToArray().Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal))];
        Array.Sort(found, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        foreach ((string key, byte[] content) in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new(new(key), content.Length);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken) =>
        new(_objects.TryRemove(key.Value, out _));
}
