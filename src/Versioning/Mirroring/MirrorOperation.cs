using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Mirroring;

/// <summary>
/// One run of a mirror: objects first, then the entries that need them, so that whoever reads the replica sees a
/// journal of which everything is there. What an interrupted run has brought is not brought again.
/// </summary>
/// <param name="source">The store.</param>
/// <param name="journal">Its journal.</param>
/// <param name="packs">Reads its chunks.</param>
/// <param name="target">The replica.</param>
/// <param name="replica">The replica's journal.</param>
/// <param name="concurrency">How many pieces of work run side by side; 1: one after another on the caller's thread.</param>
/// <param name="batch">How many entries are on their way at most, where their order does not matter.</param>
internal sealed class MirrorOperation(ObjectStore source, JournalLog journal, PackReader packs, ObjectStore target, JournalLog replica, int concurrency, int batch = EntriesBeyond.Reach)
{
    // Waiting for answers takes no processor.
    private const int LeastAtOnce = 8;

    internal async Task<MirrorResult> RunAsync(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var count = new MirrorCount(progress);
        int atOnce = concurrency == 1 ? 1 : Math.Max(concurrency, LeastAtOnce);
        var known = new ReplicaCheck(source, journal, target, replica, atOnce);
        ReadOnlyMemory<byte> format = await known.RequireSameStoreAsync(cancellationToken).ConfigureAwait(false);
        ReplicaPrefix prefix = await known.RequirePrefixAsync(cancellationToken).ConfigureAwait(false);
        if (await target.CreateAsync(StoreKeys.Format, format, cancellationToken).ConfigureAwait(false))
        {
            count.Add(format.Length);
        }
        else
        {
            // Somebody may have made another store here meanwhile.
            await known.RequireSameStoreAsync(cancellationToken).ConfigureAwait(false);
        }

        (StoreState state, IReadOnlyList<PackId> left) = await CopyPacksAsync(prefix.State, atOnce, count, cancellationToken).ConfigureAwait(false);
        var announced = new HashSet<long>(prefix.Announced);
        if (state.Sequence > prefix.State.Sequence + 1)
        {
            // Who appends looks that far then, whichever of the entries are there.
            announced.Add(state.Sequence);
            await IncomingEntries.AnnounceAsync(target, state.Sequence, cancellationToken).ConfigureAwait(false);
        }

        var entries = new EntryTransfer(source, target, atOnce, batch, count);
        await entries.RunAsync(prefix, state, cancellationToken).ConfigureAwait(false);
        await new CheckpointTransfer(source, journal, target, count).RunAsync(state, cancellationToken).ConfigureAwait(false);
        IEnumerable<ObjectKey> fulfilled = announced.Where(upTo => upTo <= state.Sequence).Select(StoreKeys.IncomingUpTo);
        await DeleteAsync(left.Select(StoreKeys.Pack).Concat(fulfilled), cancellationToken).ConfigureAwait(false);
        return new MirrorResult(state.Sequence, count.Objects, count.Bytes, count.Entries);
    }

    /// <summary>Deletes what the source has deleted and what was announced; the entries that allow it are in the replica by now.</summary>
    private async Task DeleteAsync(IEnumerable<ObjectKey> keys, CancellationToken cancellationToken)
    {
        try
        {
            foreach (ObjectKey key in keys)
            {
                await target.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (StoreUnavailableException)
        {
            // A replica may be one that nobody can delete from. What is left takes room and does nothing else.
        }
    }

    /// <returns>A state of which the replica holds every object, and what it holds that is gone there.</returns>
    private async Task<(StoreState State, IReadOnlyList<PackId> Left)> CopyPacksAsync(StoreState before, int atOnce, MirrorCount count, CancellationToken cancellationToken)
    {
        var needs = new NeededPacks(packs, atOnce);
        while (true)
        {
            StoreState state = await journal.FoldAsync(cancellationToken).ConfigureAwait(false);
            var transfer = new PackTransfer(source, target, atOnce, count);
            HashSet<PackId> needed = await needs.OfAsync(state, before.Sequence, cancellationToken).ConfigureAwait(false);
            await transfer.RunAsync(state, needed, cancellationToken).ConfigureAwait(false);

            // What is not gone yet was not deleted either, so it was listed and is here. Else some of it may be missing.
            StoreState now = await journal.FoldAsync(cancellationToken).ConfigureAwait(false);
            if (now.Gone.Count == state.Gone.Count)
            {
                return transfer.Absent is { } lost ? throw Lost(lost) : (state, transfer.Left);
            }
        }
    }

    private IntegrityException Lost(PackId pack) =>
        new("object_missing", $"{StoreKeys.Pack(pack)} is missing in {source.Location}.", "Run 'vers verify' there to see which versions are hit; nothing was published in the replica.");
}
