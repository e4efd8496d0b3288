using System.Collections.Concurrent;
using System.Security.Cryptography;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Diagnosing;

/// <summary>The objects of one examination: their keys are outside of what a store consists of, and are never used twice.</summary>
internal sealed class ProbeObjects(ObjectStore objects)
{
    private readonly ConcurrentDictionary<ObjectKey, bool> _made = new();
    private int _last;

    /// <summary>What all of its keys begin with.</summary>
    internal string Prefix { get; } = $"{StoreKeys.Doctor}{PackId.New()}-";

    internal ObjectStore Store => objects;

    internal ObjectKey NewKey() => new($"{Prefix}{Interlocked.Increment(ref _last):D4}");

    internal static byte[] RandomBytes(int length) => RandomNumberGenerator.GetBytes(length);

    internal ValueTask<bool> CreateAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        // Noted first: a create whose answer is lost may have happened.
        _made[key] = true;
        return objects.CreateAsync(key, content, cancellationToken);
    }

    internal async Task<ObjectKey> CreateAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ObjectKey key = NewKey();
        await CreateAsync(key, content, cancellationToken).ConfigureAwait(false);
        return key;
    }

    /// <summary>Whether the object is there with just these bytes.</summary>
    internal async Task<bool> HoldsAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        byte[] read = new byte[content.Length + 1];
        ObjectRead? found = await objects.ReadAsync(key, 0, read, cancellationToken).ConfigureAwait(false);
        return found is { } there && there.ObjectLength == content.Length && there.Count == content.Length && read.AsSpan(0, there.Count).SequenceEqual(content.Span);
    }

    internal async Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await objects.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        _made.TryRemove(key, out _);
    }

    /// <summary>Deletes what is left.</summary>
    /// <returns>How many could not be deleted.</returns>
    internal async Task<int> CleanUpAsync(CancellationToken cancellationToken)
    {
        foreach (ObjectKey[] some in _made.Keys.Chunk(16))
        {
            await Task.WhenAll(some.Select(key => TryDeleteAsync(key, cancellationToken))).ConfigureAwait(false);
        }

        return _made.Count;
    }

    private async Task TryDeleteAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            await DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            // Counted as left.
        }
    }
}
