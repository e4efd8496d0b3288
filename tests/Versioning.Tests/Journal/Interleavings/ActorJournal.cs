using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>How an actor folds and appends.</summary>
internal abstract class ActorJournal
{
    internal abstract StoreState State { get; }

    /// <summary>What condemn entries name, without what relocations give up; known to loose journals only.</summary>
    internal virtual IReadOnlySet<PackId> Condemned => throw new NotSupportedException();

    internal abstract Task<StoreState> FoldAsync();

    internal abstract Task<long?> AppendAsync(string author, Func<StoreState, IReadOnlyList<JournalOperation>?> propose);

    internal static ActorJournal Open(ObjectStore store, Scenario scenario, Rule off) =>
        scenario.LooseJournals ? new LooseJournal(store, off) : new RealJournal(new JournalLog(store, InstantTime.Instance, scenario.CheckpointInterval == 0 ? Never : scenario.CheckpointInterval, readsAtOnce: 1));

    private const int Never = 1_000_000;

    private sealed class RealJournal(JournalLog log) : ActorJournal
    {
        internal override StoreState State => log.State;

        internal override Task<StoreState> FoldAsync() => log.FoldAsync(CancellationToken.None);

        internal override async Task<long?> AppendAsync(string author, Func<StoreState, IReadOnlyList<JournalOperation>?> propose) =>
            (await log.AppendAsync(author, state => Task.FromResult(propose(state)), CancellationToken.None))?.Sequence;
    }
}
