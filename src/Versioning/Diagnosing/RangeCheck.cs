using Versioning.Storage;

namespace Versioning.Diagnosing;

/// <summary>Whether a read of a part of an object gives exactly that part.</summary>
internal sealed class RangeCheck(ProbeObjects probes)
{
    private const int Length = 100_000;

    private static readonly (string What, long Offset, int Count)[] Parts =
    [
        ("the start", 0, 1000),
        ("one byte in the middle", 54_321, 1),
        ("the middle", 40_000, 30_000),
        ("the last bytes, by their place", Length - 17, 17),
        ("more than what is left", Length - 5, 1000),
        ("the last bytes, counted from the end", -1234, 1234),
        ("more than the whole, counted from the end", -(Length + 9), Length + 9),
        ("what lies at the end", Length, 10),
        ("what lies behind the end", Length + 1000, 10),
    ];

    internal async Task<Finding> RunAsync(CancellationToken cancellationToken)
    {
        byte[] content = ProbeObjects.RandomBytes(Length);
        ObjectKey key = await probes.CreateAsync(content, cancellationToken).ConfigureAwait(false);
        foreach ((string what, long offset, int count) in Parts)
        {
            byte[] read = new byte[count];
            (long start, int expected) = ObjectStore.ResolveRange(Length, offset, count);
            ObjectRead? found;
            try
            {
                found = await probes.Store.ReadAsync(key, offset, read, cancellationToken).ConfigureAwait(false);
            }
            catch (StoreUnavailableException e)
            {
                return Failed($"Reading {what} fails: {e.Message}");
            }

            if (found is not { } there || there.Count != expected)
            {
                return Failed($"Reading {what} gives {found?.Count ?? 0} bytes instead of {expected}.");
            }

            if (there.ObjectLength != Length || !read.AsSpan(0, expected).SequenceEqual(content.AsSpan((int)start, expected)))
            {
                return Failed($"Reading {what} gives other bytes or another length of the object.");
            }
        }

        return new Finding("ranges", FindingStatus.Fine, "Parts of objects can be read exactly.");
    }

    private static Finding Failed(string found) =>
        new("ranges", FindingStatus.Failed, found, "Look for a proxy or gateway that does not pass on range requests; files can't be read without.");
}
