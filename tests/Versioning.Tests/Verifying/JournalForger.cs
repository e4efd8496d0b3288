using Versioning.Canonical;
using Versioning.Journal;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Verifying;

/// <summary>Writes the journal of a store anew, as anybody could who may delete and create there.</summary>
internal sealed class JournalForger(ObjectStore objects)
{
    internal async Task<JournalEntry> EntryAsync(long sequence) =>
        JournalEntry.Decode(await objects.BytesAsync(StoreKeys.Entry(sequence)), "An entry");

    internal async Task<Digest> HashAsync(long sequence) => DomainHash.Entry(await objects.BytesAsync(StoreKeys.Entry(sequence)));

    internal async Task RemoveAsync(long sequence) => await objects.DeleteAsync(StoreKeys.Entry(sequence));

    internal async Task ExchangeAsync(long one, long other)
    {
        byte[] first = await objects.BytesAsync(StoreKeys.Entry(one)), second = await objects.BytesAsync(StoreKeys.Entry(other));
        await objects.ReplaceAsync(StoreKeys.Entry(one), second);
        await objects.ReplaceAsync(StoreKeys.Entry(other), first);
    }

    /// <summary>Changes an entry, with a right seal.</summary>
    internal async Task EditAsync(long sequence, Func<JournalEntry, JournalEntry> edit) =>
        await objects.ReplaceAsync(StoreKeys.Entry(sequence), edit(await EntryAsync(sequence)).Encode().ToArray());

    /// <summary>Changes an entry and all behind it, so that the chain is right again.</summary>
    internal async Task EditAndChainAsync(long sequence, Func<JournalEntry, JournalEntry> edit)
    {
        await EditAsync(sequence, edit);
        for (long next = sequence + 1; await objects.StatAsync(StoreKeys.Entry(next)) is not null; next++)
        {
            Digest previous = await HashAsync(next - 1);
            await EditAsync(next, entry => entry with { Previous = previous });
        }
    }

    /// <summary>Changes the record that an entry publishes first.</summary>
    internal static JournalEntry WithRecord(JournalEntry entry, Func<VersionRecord, VersionRecord> edit)
    {
        PublishOperation publish = entry.Operations.OfType<PublishOperation>().First();
        PublishOperation other = publish with { Record = edit(VersionRecord.Decode(publish.Record, "A record")).Encode() };
        return entry with { Operations = [.. entry.Operations.Select(operation => operation == publish ? other : operation)] };
    }
}
