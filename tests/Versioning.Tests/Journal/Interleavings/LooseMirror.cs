using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>The mirror's steps once more, so that a rule of them can be left out.</summary>
internal sealed class LooseMirror(string name) : Actor(name)
{
    private const int Batch = 1;

    protected override async Task<long?> ActAsync()
    {
        var replica = new ReplicaStore(Store);
        List<StoreState> states = [StoreState.Empty];
        StoreState state = await Journal.FoldAsync();
        if (!Keeps(Rule.ObjectsBeforeEntries))
        {
            await PublishAsync(replica, states, state);
        }

        while (true)
        {
            await CopyPacksAsync(replica, state);
            StoreState now = await Journal.FoldAsync();
            if (now.Gone.Count == state.Gone.Count || !Keeps(Rule.CopyAgainWhatIsGone))
            {
                break;
            }

            state = now;
        }

        await PublishAsync(replica, states, state);
        return null;
    }

    private async Task CopyPacksAsync(ReplicaStore replica, StoreState state)
    {
        List<ObjectKey> keys = [];
        await foreach (ObjectInfo info in Store.ListAsync(StoreKeys.Packs))
        {
            keys.Add(info.Key);
        }

        foreach (ObjectKey key in keys.Where(key => StoreKeys.TryParsePack(key, out PackId pack) && !state.Gone.Contains(pack)))
        {
            if (await Store.ReadAllAsync(key, PackFormat.MaxObjectLength, CancellationToken.None) is { } bytes)
            {
                await replica.CreateAsync(key, bytes);
            }
        }
    }

    private async Task PublishAsync(ReplicaStore replica, List<StoreState> states, StoreState to)
    {
        var entries = new List<(ObjectKey Key, ReadOnlyMemory<byte> Bytes)>();
        while (states[^1].Sequence < to.Sequence)
        {
            ObjectKey key = StoreKeys.Entry(states[^1].Sequence + 1);
            ReadOnlyMemory<byte> bytes = (await Store.ReadAllAsync(key, JournalEntry.MaxLength, CancellationToken.None))!.Value;
            states.Add(states[^1].Apply(JournalEntry.Decode(bytes, "An entry"), Canonical.DomainHash.Entry(bytes.Span)));
            entries.Add((key, bytes));
            bool mayEnd = !Keeps(Rule.BatchesEndBehindCollections) || states[^1].Gone.Count == to.Gone.Count;
            if (states[^1].Sequence == to.Sequence || (entries.Count >= Batch && mayEnd))
            {
                if (Keeps(Rule.LastEntryFirst))
                {
                    entries.Reverse();
                }

                foreach ((ObjectKey at, ReadOnlyMemory<byte> content) in entries)
                {
                    await replica.CreateAsync(at, content);
                }

                entries.Clear();
            }
        }
    }
}
