using Amazon.S3.Model;
using Versioning.Storage;

namespace Versioning.S3;

/// <summary>One read: what was asked for, and how far it has come.</summary>
internal sealed class RangeRead(ObjectKey key, long offset, Memory<byte> destination)
{
    private long _start;

    internal ObjectKey Key => key;

    internal long Offset => offset;

    internal Memory<byte> Destination => destination;

    internal bool IsBegun { get; private set; }

    internal long ObjectLength { get; private set; }

    internal string? Tag { get; private set; }

    internal int Wanted { get; private set; }

    internal int Done { get; set; }

    /// <summary>The position in the object of the byte that is wanted next.</summary>
    internal long Next => _start + Done;

    internal Memory<byte> Room() => destination[Done..Wanted];

    internal void Begin(long objectLength, string? tag)
    {
        (long start, int count) = ObjectStore.ResolveRange(objectLength, offset, destination.Length);
        (IsBegun, ObjectLength, Tag, _start, Wanted) = (true, objectLength, tag, start, count);
    }

    /// <summary>What is still to be sent; before the first answer, what was asked for.</summary>
    internal ByteRange Rest() => IsBegun ? new(Next, _start + Wanted - 1)
        : offset < 0 ? new($"bytes={offset}")
        : new(offset, offset + destination.Length - 1);
}
