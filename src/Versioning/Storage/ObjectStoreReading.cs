namespace Versioning.Storage;

/// <summary>Reading whole objects of unknown length, within a bound.</summary>
internal static class ObjectStoreReading
{
    private const int FirstRead = 64 * 1024;

    /// <summary>The whole object, or null where there is none.</summary>
    /// <exception cref="IntegrityException">The object is longer than <paramref name="maximum"/>.</exception>
    internal static async ValueTask<ReadOnlyMemory<byte>?> ReadAllAsync(this ObjectStore store, ObjectKey key, int maximum, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[Math.Min(FirstRead, maximum)];
        if (await store.ReadAsync(key, 0, bytes, cancellationToken).ConfigureAwait(false) is not { } first)
        {
            return null;
        }

        if (first.ObjectLength > maximum)
        {
            throw new IntegrityException("object_too_long", $"{key} in {store.Location} has {first.ObjectLength} bytes; at most {maximum} are allowed.");
        }

        if (first.ObjectLength <= first.Count)
        {
            return bytes.AsMemory(0, first.Count);
        }

        byte[] whole = new byte[first.ObjectLength];
        bytes.AsSpan(0, first.Count).CopyTo(whole);
        if (await store.ReadAsync(key, first.Count, whole.AsMemory(first.Count), cancellationToken).ConfigureAwait(false) is not { } rest
            || rest.Count != whole.Length - first.Count)
        {
            return null;
        }

        return whole;
    }
}
