using System.Runtime.CompilerServices;

namespace Versioning.Journal;

/// <content>Reading what the journal says, entry by entry, as the chain that it is.</content>
internal sealed partial class JournalLog
{
    /// <summary>
    /// All entries of a state, each with its hash, read ahead side by side. Each is checked to be the one that its
    /// neighbour names; from the newest on that is known of each before it is given out.
    /// </summary>
    internal async IAsyncEnumerable<(JournalEntry Entry, Digest Hash)> ReadChainAsync(StoreState state, bool newestFirst, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ahead = new Queue<Task<(JournalEntry Entry, Digest Hash)>>();
        Digest known = newestFirst ? state.Head : default;
        long asked = 0;
        for (long i = 0; i < state.Sequence; i++)
        {
            // Few at first: whoever wants a few does not pay for many.
            for (; asked < state.Sequence && ahead.Count < Math.Min(FirstReadsAtOnce + i, readsAtOnce); asked++)
            {
                ahead.Enqueue(ReadAsync(newestFirst ? state.Sequence - asked : asked + 1, cancellationToken).AsTask());
            }

            long sequence = newestFirst ? state.Sequence - i : i + 1;
            (JournalEntry entry, Digest hash) = await ahead.Dequeue().ConfigureAwait(false);
            RequireChained(entry.Sequence == sequence, $"Journal entry {sequence} says that it is entry {entry.Sequence}.");
            if (newestFirst)
            {
                RequireChained(hash == known, $"Journal entry {sequence} is {hash}, and the one behind it names {known}.");
                known = entry.Previous;
            }
            else
            {
                RequireChained(entry.Previous == known, $"Journal entry {sequence} names {entry.Previous} as the one before, and that is {known}.");
                known = hash;
            }

            yield return (entry, hash);
        }

        RequireChained(known == (newestFirst ? default : state.Head), $"The entries of the journal up to {state.Sequence} end with {known}, and readers were told {state.Head}.");
    }

    /// <summary>Where the journal ends, confirmed by its last entry.</summary>
    internal async Task<JournalHead> HeadAsync(CancellationToken cancellationToken)
    {
        StoreState state = await FoldAsync(cancellationToken).ConfigureAwait(false);
        if (state.Sequence > 0)
        {
            Digest hash = (await ReadAsync(state.Sequence, cancellationToken).ConfigureAwait(false)).Hash;
            RequireChained(hash == state.Head, $"Journal entry {state.Sequence} is {hash}, and readers were told {state.Head}.");
        }

        return new JournalHead(state.Sequence, state.Head);
    }

    private void RequireChained(bool condition, string what)
    {
        if (!condition)
        {
            throw new IntegrityException("journal_broken", $"{what} The journal of {objects.Location} was tampered with or damaged.", "Run 'vers audit --verify', and compare with a mirror.");
        }
    }
}
