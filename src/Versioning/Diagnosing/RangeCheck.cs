using Versioning.Storage;

namespace Versioning.Diagnosing;

/// <summary>Whether a read of a part of an object gives exactly that part.</summary>
internal sealed class RangeCheck(ObjectStore objects)
{
    private const int Length = 100_000;

    /// <summary>On an object of its own.</summary>
    internal async Task<Finding> RunAsync(ProbeObjects probes, CancellationToken cancellationToken)
    {
        byte[] content = ProbeObjects.RandomBytes(Length);
        ObjectKey key = await probes.CreateAsync(content, cancellationToken).ConfigureAwait(false);
        return await RunAsync(key, content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>On what is there in a store that can only be read.</summary>
    internal async Task<Finding> RunOnFormatAsync(CancellationToken cancellationToken) =>
        await StoreFormat.ReadBytesAsync(objects, cancellationToken).ConfigureAwait(false) is { } format
            ? await RunAsync(StoreKeys.Format, format, cancellationToken).ConfigureAwait(false)
            : Failed("There is nothing to read here.");

    private static (string What, long Offset, int Count)[] Parts(int length) =>
    [
        ("the start", 0, length / 4),
        ("one byte in the middle", length / 2, 1),
        ("the middle", length / 3, length / 3),
        ("the last bytes, by their place", length - 17, 17),
        ("more than what is left", length - 5, 1000),
        ("the last bytes, counted from the end", -(length / 3), length / 3),
        ("more than the whole, counted from the end", -(length + 9), length + 9),
        ("what lies at the end", length, 10),
        ("what lies behind the end", length + 1000, 10),
    ];

    private async Task<Finding> RunAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        foreach ((string what, long offset, int count) in Parts(content.Length))
        {
            byte[] read = new byte[count];
            (long start, int expected) = ObjectStore.ResolveRange(content.Length, offset, count);
            ObjectRead? found;
            try
            {
                found = await objects.ReadAsync(key, offset, read, cancellationToken).ConfigureAwait(false);
            }
            catch (StoreUnavailableException e)
            {
                return Failed($"Reading {what} fails: {e.Message}");
            }

            if (found is not { } there || there.Count != expected)
            {
                return Failed($"Reading {what} gives {found?.Count ?? 0} bytes instead of {expected}.");
            }

            if (there.ObjectLength != content.Length || !read.AsSpan(0, expected).SequenceEqual(content.Span.Slice((int)start, expected)))
            {
                return Failed($"Reading {what} gives other bytes or another length of the object.");
            }
        }

        return new Finding("ranges", FindingStatus.Fine, "Parts of objects can be read exactly.");
    }

    private static Finding Failed(string found) =>
        new("ranges", FindingStatus.Failed, found, "Look for a proxy or gateway that does not pass on range requests; files can't be read without.");
}
