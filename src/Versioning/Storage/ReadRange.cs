namespace Versioning.Storage;

/// <summary>The part of an object that a read means; the one place that knows the rules of <see cref="ObjectStore.ReadAsync"/>.</summary>
/// <param name="Start">The first byte, within the object or at its end.</param>
/// <param name="Count">How many bytes; none where the read begins at or beyond the end.</param>
internal readonly record struct ReadRange(long Start, int Count)
{
    /// <summary>Resolves an offset, negative from the end, against an object's length.</summary>
    public static ReadRange Resolve(long objectLength, long offset, int destinationLength)
    {
        long start = offset < 0 ? Math.Max(0, objectLength + offset) : Math.Min(offset, objectLength);
        return new(start, (int)Math.Min(destinationLength, objectLength - start));
    }
}
