namespace Versioning.Storage;

/// <summary>The part of an object that a read means. Backends take it from here, so that all of them mean the same.</summary>
/// <param name="Start">The first byte, within the object or at its end.</param>
/// <param name="Count">How many bytes; none where the read begins at or beyond the end.</param>
public readonly record struct ReadRange(long Start, int Count)
{
    /// <summary>Resolves what <see cref="ObjectStore.ReadAsync"/> was asked for, once the object's length is known.</summary>
    /// <param name="objectLength">The length of the object in bytes.</param>
    /// <param name="offset">The first byte; negative: so many before the end, or the start where the object is shorter.</param>
    /// <param name="destinationLength">How many bytes there is room for.</param>
    public static ReadRange Resolve(long objectLength, long offset, int destinationLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(objectLength);
        ArgumentOutOfRangeException.ThrowIfNegative(destinationLength);
        long start = offset < 0 ? Math.Max(0, objectLength + offset) : Math.Min(offset, objectLength);
        return new(start, (int)Math.Min(destinationLength, objectLength - start));
    }
}
