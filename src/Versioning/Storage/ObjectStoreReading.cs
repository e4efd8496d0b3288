using System.Buffers;

namespace Versioning.Storage;

/// <summary>Reading whole objects of unknown length, within a bound.</summary>
internal static class ObjectStoreReading
{
    private const int FirstRead = 64 * 1024;

    /// <summary>The whole object, or null where there is none.</summary>
    /// <exception cref="IntegrityException">The object is longer than <paramref name="maximum"/>.</exception>
    internal static async ValueTask<ReadOnlyMemory<byte>?> ReadAllAsync(this ObjectStore store, ObjectKey key, int maximum, CancellationToken cancellationToken)
    {
        // Most are short, and many are read: what is kept of one is no longer than it is. A failed read may still write
        // into its buffer, so that goes back only after an answer.
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstRead);
        Memory<byte> start = buffer.AsMemory(0, Math.Min(FirstRead, maximum));
        ObjectRead? answer = await store.ReadAsync(key, 0, start, cancellationToken).ConfigureAwait(false);
        byte[] known = answer is { } read ? start.Span[..read.Count].ToArray() : [];
        ArrayPool<byte>.Shared.Return(buffer);
        if (answer is not { } first)
        {
            return null;
        }

        if (first.ObjectLength > maximum)
        {
            throw new IntegrityException("object_too_long", $"{key} in {store.Location} has {first.ObjectLength} bytes; at most {maximum} are allowed.");
        }

        if (first.ObjectLength <= first.Count)
        {
            return known;
        }

        byte[] whole = new byte[first.ObjectLength];
        known.CopyTo(whole, 0);
        if (await store.ReadAsync(key, first.Count, whole.AsMemory(first.Count), cancellationToken).ConfigureAwait(false) is not { } rest
            || rest.Count != whole.Length - first.Count)
        {
            return null;
        }

        return whole;
    }
}
