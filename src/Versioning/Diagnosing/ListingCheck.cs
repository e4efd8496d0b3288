using Versioning.Storage;

namespace Versioning.Diagnosing;

/// <summary>Whether a list shows at once what was created, in order, and no more what was deleted.</summary>
internal sealed class ListingCheck(ProbeObjects probes)
{
    private const int Count = 20, Length = 10;

    internal async Task<Finding> RunAsync(CancellationToken cancellationToken)
    {
        ObjectKey[] keys = [.. Enumerable.Range(0, Count).Select(_ => probes.NewKey())];
        await Task.WhenAll(keys.Select(key => Task.Run(async () => await probes.CreateAsync(key, ProbeObjects.RandomBytes(Length), cancellationToken).ConfigureAwait(false), cancellationToken))).ConfigureAwait(false);
        List<ObjectInfo> listed = await ListAsync(cancellationToken).ConfigureAwait(false);
        if (!listed.Select(info => info.Key).SequenceEqual(listed.Select(info => info.Key).Order()))
        {
            return Failed("Keys are not listed in their byte order.");
        }

        int missing = keys.Except(listed.Where(info => info.Length == Length).Select(info => info.Key)).Count();
        if (missing > 0)
        {
            return Failed($"Of {Count} objects {missing} {(missing == 1 ? "is" : "are")} not listed with the right length right after they were created.");
        }

        try
        {
            foreach (ObjectKey key in keys.Take(Count / 2))
            {
                await probes.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StoreUnavailableException)
        {
            return new Finding("listing", FindingStatus.Fine, "What was created is listed at once; deleting could not be tried.");
        }

        int left = (await ListAsync(cancellationToken).ConfigureAwait(false)).Select(info => info.Key).Intersect(keys.Take(Count / 2)).Count();
        return left > 0
            ? Failed($"Of {Count / 2} objects {left} {(left == 1 ? "is" : "are")} still listed right after they were deleted.")
            : new Finding("listing", FindingStatus.Fine, "What was created is listed at once, and what was deleted is not.");
    }

    private static Finding Failed(string found) =>
        new("listing", FindingStatus.Failed, found, "Use a server whose lists are strongly consistent, and no cache in front of it: readers would miss versions.");

    private ValueTask<List<ObjectInfo>> ListAsync(CancellationToken cancellationToken) =>
        probes.Store.ListAsync(probes.Prefix, cancellationToken).ToListAsync(cancellationToken);
}
