using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>The mirror's steps once more, so that a rule of them can be left out.</summary>
internal sealed class LooseMirror(string name) : Actor(name)
{
    /// <summary>How many entries are on their way where their order does not matter.</summary>
    internal int Batch { get; init; } = 1;

    /// <summary>In which order they arrive then.</summary>
    internal Comparison<long> Order { get; init; } = (one, other) => one.CompareTo(other);

    /// <summary>The last entry that it sees of the source: it looked before there were more, and is slow.</summary>
    internal long SeesUpTo { get; init; } = long.MaxValue;

    protected override async Task<long?> ActAsync()
    {
        var replica = new ReplicaStore(Store);
        List<StoreState> states = [StoreState.Empty];
        StoreState state = await FoldAsync();
        if (!Keeps(Rule.ObjectsBeforeEntries))
        {
            await PublishAsync(replica, states, state);
        }

        while (true)
        {
            await CopyPacksAsync(replica, state);
            StoreState now = await FoldAsync();
            if (now.Gone.Count == state.Gone.Count || !Keeps(Rule.CopyAgainWhatIsGone))
            {
                break;
            }

            state = now;
        }

        await PublishAsync(replica, states, state);
        return null;
    }

    private async Task<StoreState> FoldAsync()
    {
        StoreState state = StoreState.Empty;
        if (SeesUpTo == long.MaxValue)
        {
            return await Journal.FoldAsync();
        }

        while (state.Sequence < SeesUpTo)
        {
            (_, state) = await NextAsync(state);
        }

        return state;
    }

    private async Task<(ReadOnlyMemory<byte> Bytes, StoreState After)> NextAsync(StoreState state)
    {
        ReadOnlyMemory<byte> bytes = (await Store.ReadAllAsync(StoreKeys.Entry(state.Sequence + 1), JournalEntry.MaxLength, CancellationToken.None))!.Value;
        return (bytes, state.Apply(JournalEntry.Decode(bytes, "An entry"), Canonical.DomainHash.Entry(bytes.Span)));
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
        if (Keeps(Rule.AnnounceEntries))
        {
            await IncomingEntries.AnnounceAsync(replica, to.Sequence, CancellationToken.None);
        }

        var entries = new List<(long Sequence, ReadOnlyMemory<byte> Bytes)>();
        bool isWhole = states[^1].Gone.Count == to.Gone.Count;
        while (states[^1].Sequence < to.Sequence)
        {
            (ReadOnlyMemory<byte> bytes, StoreState state) = await NextAsync(states[^1]);
            states.Add(state);
            entries.Add((state.Sequence, bytes));
            bool wasWhole = isWhole;
            isWhole = state.Gone.Count == to.Gone.Count;
            bool mayEnd = Keeps(Rule.BatchesEndBehindCollections) ? isWhole : true;
            if (state.Sequence == to.Sequence || (mayEnd && (entries.Count >= Batch || wasWhole != isWhole)))
            {
                foreach ((long sequence, ReadOnlyMemory<byte> content) in InOrder(entries, wasWhole))
                {
                    await replica.CreateAsync(StoreKeys.Entry(sequence), content);
                }

                entries.Clear();
            }
        }
    }

    private IEnumerable<(long Sequence, ReadOnlyMemory<byte> Bytes)> InOrder(List<(long Sequence, ReadOnlyMemory<byte> Bytes)> entries, bool isWhole)
    {
        if (isWhole)
        {
            return entries.OrderBy(entry => entry.Sequence, Comparer<long>.Create(Order));
        }

        if (!Keeps(Rule.LastEntryFirst))
        {
            return entries;
        }

        return Keeps(Rule.EachAfterItsSuccessor) ? Enumerable.Reverse(entries) : [.. entries.Skip(1), entries[0]];
    }
}
