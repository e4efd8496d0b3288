using System.Runtime.CompilerServices;
using Versioning.Storage;

namespace Versioning.Journal;

/// <summary>
/// Finds the newest checkpoint and the entries of a store that can't be listed: their keys follow from each other, and
/// checkpoints mostly lie at multiples of the length of a block.
/// </summary>
/// <remarks>
/// Entries are created in order, so which multiples exist tells about where the head is. A mirror creates many at a time,
/// in another order: multiples beyond a gap may be seen. They lead to a checkpoint at most, which is complete in itself;
/// entries count up to the first that is absent, wherever the search thought the head to be.
/// </remarks>
internal sealed class HeadSearch(ObjectStore objects)
{
    private const int Block = StoreKeys.EntriesPerBlock;
    private const int ProbesAtOnce = 16;

    /// <summary>How many checkpoints are looked for without leaving any out.</summary>
    private const int Neighbours = 8;

    /// <summary>How far to look behind an absent entry: itself and as far as entries beyond it are looked for elsewhere.</summary>
    private const int Window = EntriesBeyond.Reach + 1;

    /// <summary>More blocks than any journal has.</summary>
    private const long MaxBlocks = 1L << 40;

    /// <summary>
    /// Where a checkpoint may lie, the newest first: the last block that has begun, the ones right before it, then ever
    /// larger steps back, so that one that is far back costs few requests too.
    /// </summary>
    internal async IAsyncEnumerable<ObjectKey> CheckpointsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long last = await LastBlockAsync(cancellationToken).ConfigureAwait(false);
        for (long back = 0; back < last; back = back < Neighbours ? back + 1 : 2 * back)
        {
            yield return StoreKeys.Checkpoint((last - back) * Block);
        }
    }

    /// <summary>The entries that exist behind one that is absent, up to a gap of more than a block.</summary>
    internal async Task<List<long>> BeyondAsync(long head, CancellationToken cancellationToken)
    {
        var found = new List<long>();
        for (long first = head + 1; ; first += Window)
        {
            bool[] exist = new bool[Window];
            var options = new ParallelOptions { MaxDegreeOfParallelism = ProbesAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, Window, options, async (i, token) => exist[i] = await ExistsAsync(first + i, token).ConfigureAwait(false)).ConfigureAwait(false);
            if (!exist.Contains(true))
            {
                return found;
            }

            found.AddRange(Enumerable.Range(0, Window).Where(i => exist[i]).Select(i => first + i));
        }
    }

    /// <summary>The last block whose first entry exists, by doubling and then halving.</summary>
    private async Task<long> LastBlockAsync(CancellationToken cancellationToken)
    {
        long there = 0, absent = 1;
        while (await ExistsAsync(absent * Block, cancellationToken).ConfigureAwait(false))
        {
            (there, absent) = absent < MaxBlocks
                ? (absent, 2 * absent)
                : throw new IntegrityException("journal_broken", $"{objects.Location} has something under every key of the journal.", "A server of files has to answer 404 for what is not there.");
        }

        while (absent - there > 1)
        {
            long middle = there + ((absent - there) / 2);
            (there, absent) = await ExistsAsync(middle * Block, cancellationToken).ConfigureAwait(false) ? (middle, absent) : (there, middle);
        }

        return there;
    }

    private async ValueTask<bool> ExistsAsync(long sequence, CancellationToken cancellationToken) =>
        await objects.StatAsync(StoreKeys.Entry(sequence), cancellationToken).ConfigureAwait(false) is not null;
}
