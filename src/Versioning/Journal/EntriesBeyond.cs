using System.Runtime.CompilerServices;
using Versioning.Storage;

namespace Versioning.Journal;

/// <summary>Lists entries behind one that should be the next; there are some only beyond a gap.</summary>
internal static class EntriesBeyond
{
    /// <summary>In its own block and the one behind it: that far a batch of a mirror reaches, and the next may be the last of its block.</summary>
    internal static async IAsyncEnumerable<long> ListAsync(ObjectStore objects, long next, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long block = next / StoreKeys.EntriesPerBlock;
        foreach (string prefix in new[] { StoreKeys.JournalBlock(block), StoreKeys.JournalBlock(block + 1) })
        {
            await foreach (ObjectInfo info in objects.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
            {
                if (StoreKeys.TryParseSequence(info.Key, out long sequence) && sequence > next)
                {
                    yield return sequence;
                }
            }
        }
    }
}
