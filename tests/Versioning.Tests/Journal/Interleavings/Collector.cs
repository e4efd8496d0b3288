using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Condemns what no live version needs, without any age limit, and deletes what is gone.</summary>
internal sealed class Collector(string name) : Actor(name)
{
    private StoreState? _first;

    protected override async Task<long?> ActAsync()
    {
        var listed = new List<PackId>();
        await foreach (ObjectInfo info in Store.ListAsync(StoreKeys.Packs))
        {
            if (StoreKeys.TryParsePack(info.Key, out PackId pack))
            {
                listed.Add(pack);
            }
        }

        StoreState state = await Journal.FoldAsync();
        List<PackId> candidates = [.. listed.Except(LiveReferences.Objects(state, Execution.Library)).Where(o => !state.Gone.Contains(o))];
        long? position = Keeps(Rule.CondemnBeforeDelete) ? await Journal.AppendAsync(Name, now => Propose(now, candidates)) : null;
        await DeleteAsync(listed.Where(o => Journal.State.Gone.Contains(o) || (!Keeps(Rule.CondemnBeforeDelete) && candidates.Contains(o))));
        return position;
    }

    private CondemnOperation[]? Propose(StoreState now, List<PackId> candidates)
    {
        _first ??= now;
        StoreState judged = Off switch
        {
            Rule.RecheckPublishes => _first,
            Rule.RecheckRelocations => now with { Moved = _first.Moved },
            _ => now,
        };
        candidates.RemoveAll(o => now.Gone.Contains(o) || LiveReferences.Objects(judged, Execution.Library).Contains(o));
        return candidates.Count > 0 ? [new CondemnOperation([.. candidates])] : null;
    }
}
