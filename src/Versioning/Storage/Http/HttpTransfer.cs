using System.Net.Http.Headers;

namespace Versioning.Storage.Http;

/// <summary>How far one read has come, over as many requests as it takes.</summary>
/// <param name="offset">As for <see cref="ObjectStore.ReadAsync"/>; where negative, the destination has room for all up to the end.</param>
/// <param name="destination">Where the bytes go.</param>
internal sealed class HttpTransfer(long offset, Memory<byte> destination)
{
    private (long Start, int Count) _wanted = (Math.Max(offset, 0), destination.Length);

    /// <summary>The length of the whole object, once an answer told it.</summary>
    internal long? ObjectLength { get; private set; }

    /// <summary>How many bytes are there.</summary>
    internal int Done { get; private set; }

    internal bool IsComplete => ObjectLength is not null && Done == _wanted.Count;

    /// <summary>Whether only a distance from the end is known, and not every server understands that.</summary>
    internal bool IsSuffix => offset < 0 && ObjectLength is null;

    /// <summary>The first byte that is missing, within the object.</summary>
    internal long Position => _wanted.Start + Done;

    /// <summary>Room for what is missing.</summary>
    internal Memory<byte> Rest => destination[Done.._wanted.Count];

    /// <summary>What to ask for.</summary>
    internal RangeHeaderValue Range => IsSuffix
        ? new(null, -offset)
        : new(Position, Position + Math.Min(Rest.Length - 1, long.MaxValue - Position));

    /// <summary>What to wait before the next request, where the server said so.</summary>
    internal TimeSpan? WantedPause { get; set; }

    /// <summary>Takes in the length of the object.</summary>
    /// <returns>Whether it is the one that was told before.</returns>
    internal bool Locate(long length)
    {
        if (ObjectLength is { } known)
        {
            return known == length;
        }

        ObjectLength = length;
        _wanted = ObjectStore.ResolveRange(length, offset, destination.Length);
        return true;
    }

    internal void Advance(int count) => Done += count;
}
