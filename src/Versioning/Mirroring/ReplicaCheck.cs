using System.Globalization;
using Versioning.Journal;
using Versioning.Storage;

namespace Versioning.Mirroring;

/// <summary>What a replica's journal holds already, all of it equal to the source's.</summary>
/// <param name="State">The state at the end of the contiguous run, which is what its readers see.</param>
/// <param name="Beyond">Entries behind a gap, from a run that was interrupted.</param>
/// <param name="Announced">Up to where runs said that they would create entries.</param>
internal sealed record ReplicaPrefix(StoreState State, IReadOnlySet<long> Beyond, IReadOnlyList<long> Announced);

/// <summary>Whether a target is a replica of the source, or nothing yet. Writes nothing.</summary>
internal sealed class ReplicaCheck(ObjectStore source, JournalLog journal, ObjectStore target, JournalLog replica, int readsAtOnce)
{
    /// <returns>The source's format object.</returns>
    /// <exception cref="ConflictException">The target is another store.</exception>
    internal async Task<ReadOnlyMemory<byte>> RequireSameStoreAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> format = await StoreFormat.ReadBytesAsync(source, cancellationToken).ConfigureAwait(false)
            ?? throw new NotFoundException("store_not_found", $"There is no store at {source.Location}.");
        if (await StoreFormat.ReadBytesAsync(target, cancellationToken).ConfigureAwait(false) is { } there && !there.Span.SequenceEqual(format.Span))
        {
            string id = StoreFormat.Decode(there, $"The format object of {target.Location}").StoreId.ToString("x32", CultureInfo.InvariantCulture);
            throw new ConflictException("another_store", $"{target.Location} is another store, with the id {id}, and no replica of {source.Location}.", "Mirror to an empty place; versions get into another store with 'vers copy'.");
        }

        return format;
    }

    /// <exception cref="ConflictException">The two journals differ at some position.</exception>
    internal async Task<ReplicaPrefix> RequirePrefixAsync(CancellationToken cancellationToken)
    {
        // The source last: then it can't be behind a replica of it.
        StoreState mine = await FoldReplicaAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<long> announced = await IncomingEntries.ListAsync(target, cancellationToken).ConfigureAwait(false);
        var beyond = new SortedSet<long>(await EntriesBeyond.ListAsync(target, mine.Sequence + 1, announced, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false));
        StoreState state = await journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        long common = Math.Min(mine.Sequence, state.Sequence);
        if (common > 0 && !await IsEqualAsync(common, mine, state, cancellationToken).ConfigureAwait(false))
        {
            throw Diverged(await FirstDifferenceAsync(common, cancellationToken).ConfigureAwait(false));
        }

        foreach (long[] some in beyond.Prepend(mine.Sequence).Where(sequence => sequence > common).Chunk(readsAtOnce))
        {
            bool[] equal = await Task.WhenAll(some.Select(sequence => IsEqualAsync(sequence, mine, state, cancellationToken))).ConfigureAwait(false);
            if (Array.IndexOf(equal, false) is >= 0 and int first)
            {
                throw Diverged(Math.Min(some[first], state.Sequence + 1));
            }
        }

        return new ReplicaPrefix(mine, beyond, announced);
    }

    private async Task<StoreState> FoldReplicaAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await replica.FoldAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrityException e)
        {
            throw new IntegrityException(e.Code, $"The replica at {target.Location} is damaged: {e.Message}", "Mirror to an empty place.", e);
        }
    }

    /// <summary>An entry names the one before by its digest: where one is equal, so are all before it.</summary>
    private async Task<long> FirstDifferenceAsync(long different, CancellationToken cancellationToken)
    {
        long equal = 0;
        while (different - equal > 1)
        {
            long middle = equal + ((different - equal) / 2);
            if (await IsEqualAsync(middle, null, null, cancellationToken).ConfigureAwait(false))
            {
                equal = middle;
            }
            else
            {
                different = middle;
            }
        }

        return different;
    }

    private async Task<bool> IsEqualAsync(long sequence, StoreState? mine, StoreState? state, CancellationToken cancellationToken)
    {
        if (sequence > state?.Sequence)
        {
            return false;
        }

        Digest left = sequence == state?.Sequence ? state.Head : (await journal.ReadAsync(sequence, cancellationToken).ConfigureAwait(false)).Hash;
        Digest right = sequence == mine?.Sequence ? mine.Head : (await replica.ReadAsync(sequence, cancellationToken).ConfigureAwait(false)).Hash;
        return left == right;
    }

    private ConflictException Diverged(long sequence) => EntryTransfer.Diverged(source, target, sequence);
}
