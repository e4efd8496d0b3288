using System.Runtime.CompilerServices;
using Versioning.Storage;

namespace Versioning.Diagnosing;

/// <summary>Tries everything that a store relies on, one check after another; none is stopped by what another found, but by a place that can't be reached.</summary>
internal sealed class StoreExamination(ObjectStore objects, TimeProvider time)
{
    /// <summary>No check waits longer, whatever the backend does.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), PatienceToCleanUp = TimeSpan.FromSeconds(30);

    internal async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var probes = new ProbeObjects(objects);
        var place = new PlaceChecks(objects, time);
        var rights = new RightsChecks(probes);
        Finding reach = await TryAsync("reach", place.ReachAsync, cancellationToken).ConfigureAwait(false);
        yield return reach;
        if (reach.Status == FindingStatus.Failed)
        {
            yield break;
        }

        bool cleaned = false;
        try
        {
            Finding store = await TryAsync("store", place.StoreAsync, cancellationToken).ConfigureAwait(false);
            yield return store;
            if (!objects.CanWrite)
            {
                await foreach (Finding finding in ReadOnlyAsync(store, cancellationToken).ConfigureAwait(false))
                {
                    yield return finding;
                }

                yield break;
            }

            Finding create = await TryAsync("create", rights.CreateAsync, cancellationToken).ConfigureAwait(false);
            yield return create;
            yield return await TryAsync("list", rights.ListAsync, cancellationToken).ConfigureAwait(false);
            if (create.Status != FindingStatus.Failed)
            {
                foreach ((string check, Func<CancellationToken, Task<Finding>> run) in Checks(probes, rights))
                {
                    yield return await TryAsync(check, run, cancellationToken).ConfigureAwait(false);
                }
            }

            yield return await TryAsync("clock", place.ClockAsync, cancellationToken).ConfigureAwait(false);
            cleaned = true;
            if (await CleanUpAsync(probes).ConfigureAwait(false) is > 0 and int left)
            {
                yield return new Finding("cleanup", FindingStatus.Warning, $"{Counts.Of(left, "object")} of this examination could not be deleted: {probes.Prefix}…", "Nothing reads them. Delete them with the means of the server.");
            }
        }
        finally
        {
            if (!cleaned)
            {
                await CleanUpAsync(probes).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What readers need of a place that nobody can write to this way: that it is so is no fault of it.</summary>
    private async IAsyncEnumerable<Finding> ReadOnlyAsync(Finding store, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Limited("create", ReadOnlyStores.ReadOnly(objects.Location));
        yield return objects.CanList
            ? await TryAsync("list", new RightsChecks(new ProbeObjects(objects)).ListAsync, cancellationToken).ConfigureAwait(false)
            : Limited("list", ReadOnlyStores.NoListing(objects.Location));
        if (store.Status != FindingStatus.Failed)
        {
            yield return await TryAsync("ranges", new RangeCheck(objects).RunOnFormatAsync, cancellationToken).ConfigureAwait(false);
            yield return await TryAsync("clock", new PlaceChecks(objects, time).ClockAsync, cancellationToken).ConfigureAwait(false);
        }

        static Finding Limited(string check, StoreUnavailableException limit) => new(check, FindingStatus.Warning, limit.Message, limit.Hint);
    }

    private IEnumerable<(string Check, Func<CancellationToken, Task<Finding>> Run)> Checks(ProbeObjects probes, RightsChecks rights) =>
    [
        ("read", rights.ReadAsync),
        ("delete", rights.DeleteAsync),
        ("race", new RaceCheck(probes).RunAsync),
        ("listing", new ListingCheck(probes).RunAsync),
        ("ranges", token => new RangeCheck(objects).RunAsync(probes, token)),
        ("throughput", new ThroughputCheck(probes, time).RunAsync),
    ];

    private async Task<Finding> TryAsync(string check, Func<CancellationToken, Task<Finding>> run, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await Task.Run(() => run(stop.Token), stop.Token).WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            return new Finding(check, FindingStatus.Failed, $"No answer came within {Patience.TotalMinutes:0} minutes.", "Check the network, a proxy, and whether the server is overloaded.");
        }
        catch (VersioningException e)
        {
            return new Finding(check, FindingStatus.Failed, e.Message, e.Hint);
        }
    }

    /// <summary>Not ended by who ended the examination: what it made should not stay.</summary>
    private static async Task<int> CleanUpAsync(ProbeObjects probes)
    {
        using var stop = new CancellationTokenSource(PatienceToCleanUp);
        return await probes.CleanUpAsync(stop.Token).ConfigureAwait(false);
    }
}
