using Versioning.Journal;
using Versioning.Packs;

namespace Versioning.Mirroring;

/// <summary>
/// Objects that a state needs, as far as that is known without walking manifests: those that hold a live version's
/// root, those that the versions published since the last run brought, those that packs were moved to.
/// </summary>
/// <remarks>Everything listed is copied anyhow; this is to notice what a source has lost.</remarks>
internal sealed class NeededPacks(PackReader packs, int readsAtOnce)
{
    /// <param name="state">The state.</param>
    /// <param name="since">Versions up to this position were looked at before.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal async Task<HashSet<PackId>> OfAsync(StoreState state, long since, CancellationToken cancellationToken)
    {
        var needed = new HashSet<PackId>(state.Moved.Values.Select(location => location.Object).Where(target => !state.Gone.Contains(target)));
        PublishedVersion[] live = [.. state.Artifacts.Values.SelectMany(artifact => artifact.Versions).Where(version => !version.Retired)];
        foreach (ChunkRef reference in live.Select(version => version.Root).Concat(live.Select(version => version.Packs).OfType<ChunkRef>()))
        {
            if (state.Resolve(reference) is { } place)
            {
                needed.Add(place.Object);
            }
        }

        foreach (PublishedVersion[] some in live.Where(version => version.Sequence > since && version.Packs is not null).Chunk(readsAtOnce))
        {
            foreach (PackSummary[] brought in await Task.WhenAll(some.Select(version => SummariesAsync(version.Packs!.Value, cancellationToken))).ConfigureAwait(false))
            {
                needed.UnionWith(brought.Select(pack => pack.Id).Where(pack => !state.Moved.ContainsKey(pack) && !state.Gone.Contains(pack)));
            }
        }

        return needed;
    }

    private async Task<PackSummary[]> SummariesAsync(ChunkRef place, CancellationToken cancellationToken)
    {
        try
        {
            return await packs.ReadAsync(place, stored => PackSummaries.Decode(stored, "A summary of packs"), cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrityException)
        {
            // Retired meanwhile; or its pack is damaged, and then copying that says so.
            return [];
        }
    }
}
