using System.Collections.Concurrent;
using Versioning.Journal;
using Versioning.Packs;

namespace Versioning.Commits;

/// <summary>
/// What the store already holds, as far as it is worth knowing: the nodes of the manifest that is built on, the packs
/// that the artifact's own versions brought, newest first, then hooks of all other packs; a hook that is hit loads that
/// pack's footer. Finding is thread safe.
/// </summary>
/// <param name="packs">Reads the store.</param>
/// <param name="state">The state that the commit works on.</param>
/// <param name="artifact">What is committed.</param>
/// <param name="index">Takes the chunks.</param>
/// <param name="left">Packs of earlier attempts that were not published.</param>
internal sealed class KnownPacks(PackReader packs, StoreState state, string artifact, ChunkIndex index, IReadOnlyList<PackId> left)
{
    private const int MaxDataChunks = ChunkIndex.DefaultGeneration;
    private const int MaxFooters = 1024;
    private const int MaxHooks = 1_000_000;
    private const int ReadsAtOnce = 16;

    private readonly Dictionary<ulong, PackId> _hooks = [];
    private readonly ConcurrentDictionary<PackId, bool> _loaded = new();
    private readonly ConcurrentBag<PackSummary> _takenUp = [];
    private bool _dataLoaded;

    /// <summary>The packs of earlier attempts that are there: this commit brings them.</summary>
    internal IEnumerable<PackSummary> TakenUp => _takenUp;

    /// <summary>Takes note of a tree node that was read: the same one is not stored again.</summary>
    internal void AddNode(ReadOnlyMemory<byte> stored, ChunkRef place) => index.Add(Digest.Of(stored.Span), place);

    /// <summary>Loads what tells which data chunks the store already has; only a commit that reads a file needs it.</summary>
    internal ValueTask LoadDataAsync(CancellationToken cancellationToken) =>
        _dataLoaded ? ValueTask.CompletedTask : new ValueTask(LoadAsync(cancellationToken));

    /// <summary>Where a chunk of that digest can be referred to, or null.</summary>
    internal async ValueTask<ChunkRef?> FindAsync(Digest digest, CancellationToken cancellationToken)
    {
        ChunkRef? place = index.Find(digest);
        if (place is null && _hooks.TryGetValue(digest.Prefix, out PackId pack) && await LoadAsync(pack, cancellationToken).ConfigureAwait(false))
        {
            place = index.Find(digest);
        }

        return place is { } found && state.IsValid(found) ? found : null;
    }

    /// <summary>Loads the footers of the newest packs of the artifact, up to a bound; all others count by their hooks.</summary>
    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        _dataLoaded = true;
        int chunks = 0;
        var wanted = new List<PackId>();
        IEnumerable<(string Name, PublishedVersion Version)> versions =
            state.Artifacts.Keys.Where(other => other != artifact).Prepend(artifact).SelectMany(name => Newest(name).Select(version => (name, version)));
        foreach ((string Name, PublishedVersion Version)[] some in versions.Chunk(ReadsAtOnce))
        {
            PackSummary[][] summaries = await Task.WhenAll(some.Select(v => SummariesAsync(v.Version, cancellationToken))).ConfigureAwait(false);
            foreach ((PackSummary pack, string name) in some.Zip(summaries).SelectMany(s => s.Second.Select(pack => (pack, s.First.Name))))
            {
                if (name == artifact && chunks + pack.Chunks <= MaxDataChunks && wanted.Count < MaxFooters)
                {
                    chunks += pack.Chunks;
                    wanted.Add(pack.Id);
                }
                else
                {
                    AddHooks(pack);
                }
            }

            if (_hooks.Count > MaxHooks)
            {
                break;
            }
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(left, options, TakeUpAsync).ConfigureAwait(false);
        await Parallel.ForEachAsync(wanted, options, async (pack, token) => await LoadAsync(pack, token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async ValueTask TakeUpAsync(PackId pack, CancellationToken cancellationToken)
    {
        if (await LoadAsync(pack, cancellationToken).ConfigureAwait(false))
        {
            _takenUp.Add(PackSummary.Of(pack, await packs.FooterAsync(pack, cancellationToken).ConfigureAwait(false)));
        }
    }

    private IEnumerable<PublishedVersion> Newest(string name) =>
        state.Find(name)?.Versions.Reverse().Where(v => !v.Retired) ?? [];

    private void AddHooks(PackSummary pack)
    {
        if (!_loaded.ContainsKey(pack.Id))
        {
            foreach (ulong hook in pack.Hooks)
            {
                _hooks.TryAdd(hook, pack.Id);
            }
        }
    }

    private async Task<PackSummary[]> SummariesAsync(PublishedVersion version, CancellationToken cancellationToken)
    {
        if (version.Packs is not { } place)
        {
            return [];
        }

        try
        {
            return PackSummaries.Decode(await packs.ReadChunkAsync(place, cancellationToken).ConfigureAwait(false), "A summary of packs");
        }
        catch (IntegrityException)
        {
            // Not knowing costs space, not correctness; 'verify' reports the damage.
            return [];
        }
    }

    private async ValueTask<bool> LoadAsync(PackId pack, CancellationToken cancellationToken)
    {
        if (!_loaded.TryAdd(pack, true))
        {
            return false;
        }

        if (state.Resolve(new ChunkRef(pack, 0)) is not { } place || place != (pack, 0))
        {
            // A pack that moved or is gone: its chunks are found where they lie now, or uploaded again.
            return false;
        }

        PackFooter footer;
        try
        {
            footer = await packs.FooterAsync(pack, cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrityException)
        {
            return false;
        }

        for (int ordinal = 0; ordinal < footer.Count; ordinal++)
        {
            if (footer[ordinal] is { Length: > 0 } chunk)
            {
                index.Add(chunk.Digest, new ChunkRef(pack, ordinal) { Span = chunk.Span });
            }
        }

        return true;
    }
}
