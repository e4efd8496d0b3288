using System.Runtime.CompilerServices;
using Versioning.Storage;

namespace Versioning.Journal;

/// <summary>Lists entries behind one that should be the next; there are some only beyond a gap.</summary>
internal static class EntriesBeyond
{
    /// <summary>
    /// So many positions behind the next one are always looked at: its own block and the one behind. Who creates more
    /// entries than that out of order says so first (<see cref="IncomingEntries"/>).
    /// </summary>
    internal const int Reach = StoreKeys.EntriesPerBlock;

    /// <param name="objects">The store.</param>
    /// <param name="next">The entry that should be the next.</param>
    /// <param name="announced">Up to where mirrors say that entries may be.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    internal static async IAsyncEnumerable<long> ListAsync(ObjectStore objects, long next, IEnumerable<long> announced, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long last = announced.Append(next + Reach).Max();
        for (long block = next / StoreKeys.EntriesPerBlock; block <= last / StoreKeys.EntriesPerBlock; block++)
        {
            await foreach (ObjectInfo info in objects.ListAsync(StoreKeys.JournalBlock(block), cancellationToken).ConfigureAwait(false))
            {
                if (StoreKeys.TryParseSequence(info.Key, out long sequence) && sequence > next)
                {
                    yield return sequence;
                }
            }
        }
    }
}
