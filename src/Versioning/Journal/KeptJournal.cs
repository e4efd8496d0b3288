using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Versioning.Files;
using Versioning.Storage;

namespace Versioning.Journal;

/// <summary>What this machine keeps of the journal of a remote store: entries and checkpoints as they are there.</summary>
/// <remarks>A replica has its source's id and another head, so what is kept of either is its place's own.</remarks>
/// <param name="cache">Where, by store id.</param>
/// <param name="location">Where the store is.</param>
internal sealed partial class KeptJournal(MetadataCache cache, string location)
{
    private readonly string _place = $"places/{XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(location)).ToString("x16", CultureInfo.InvariantCulture)}/";

    /// <summary>The longest that is kept, in bytes.</summary>
    private const int MaxLength = 4 * 1024 * 1024;

    /// <summary>The newest checkpoint, or null.</summary>
    internal StoreState? Checkpoint()
    {
        foreach (long sequence in cache.Names(_place + StoreKeys.Checkpoints).Select(Sequence).Where(s => s > 0).OrderDescending())
        {
            string name = StoreKeys.Checkpoint(sequence).Value;
            try
            {
                if (cache.Read(_place + name) is { } bytes && Journal.Checkpoint.Decode(bytes, name) is { } state && state.Sequence == sequence)
                {
                    return state;
                }
            }
            catch (IntegrityException)
            {
                cache.Remove(_place + name);
            }
        }

        return null;
    }

    /// <summary>An entry, or null.</summary>
    internal ReadOnlyMemory<byte>? Entry(long sequence) => cache.Read(_place + StoreKeys.Entry(sequence).Value);

    /// <summary>Keeps an entry or a checkpoint.</summary>
    internal void Keep(ObjectKey key, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length <= MaxLength)
        {
            cache.Write(_place + key.Value, bytes.Span);
        }
    }

    /// <param name="head">The last entry that was known.</param>
    private void Forget(long head)
    {
        cache.RemoveFolder(_place + StoreKeys.Checkpoints);
        for (long block = head / StoreKeys.EntriesPerBlock; block >= 0; block--)
        {
            cache.RemoveFolder(_place + StoreKeys.JournalBlock(block));
        }
    }

    private static long Sequence(string name) => ObjectKey.IsValid(name) && StoreKeys.TryParseSequence(new ObjectKey(name), out long sequence) ? sequence : 0;
}
