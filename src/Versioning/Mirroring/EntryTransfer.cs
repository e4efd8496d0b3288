using Versioning.Canonical;
using Versioning.Journal;
using Versioning.Storage;

namespace Versioning.Mirroring;

/// <summary>
/// Copies journal entries in batches, the oldest batch first and each from its end: until the first of a batch is
/// there, readers see none of it. One that stops half-way leaves a gap, which whoever appends refuses.
/// </summary>
internal sealed class EntryTransfer(ObjectStore source, ObjectStore target, int readsAtOnce, int batch, MirrorCount count)
{
    private const long MaxKept = 64 * 1024 * 1024;

    /// <param name="from">What the replica has.</param>
    /// <param name="to">What it gets; every object that this state needs is there.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    internal async Task RunAsync(ReplicaPrefix from, StoreState to, CancellationToken cancellationToken)
    {
        StoreState state = from.State;
        while (state.Sequence < to.Sequence)
        {
            var entries = new List<Entry>();
            long kept = 0;

            // Before the last entry that gives up an object, versions may still need what the source has no more.
            while (state.Sequence < to.Sequence && (entries.Count < batch || state.Gone.Count != to.Gone.Count))
            {
                foreach (ReadOnlyMemory<byte> bytes in await ReadAsync(state.Sequence + 1, to.Sequence, Math.Max(1, batch - entries.Count), cancellationToken).ConfigureAwait(false))
                {
                    Digest hash = DomainHash.Entry(bytes.Span);
                    state = state.Apply(JournalEntry.Decode(bytes, $"Journal entry {state.Sequence + 1} in {source.Location}"), hash);
                    kept += bytes.Length;
                    entries.Add(new Entry(state.Sequence, hash, kept <= MaxKept ? bytes : null));
                }
            }

            if (state.Sequence == to.Sequence && state.Head != to.Head)
            {
                throw new IntegrityException("journal_broken", $"The entries in {source.Location} do not lead to entry {to.Sequence} as its readers see it.", "A checkpoint says something else: run 'vers verify' there.");
            }

            for (int i = entries.Count - 1; i >= 0; i--)
            {
                if (!from.Beyond.Contains(entries[i].Sequence))
                {
                    await CreateAsync(entries[i], cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    internal static ConflictException Diverged(ObjectStore source, ObjectStore target, long sequence) => new(
        "replica_diverged",
        $"{target.Location} has diverged from {source.Location}: at position {sequence} their journals differ.",
        "It was written to, so it is a store of its own now. Mirror to an empty place; its own versions can be brought over with 'vers copy'.");

    private async Task<ReadOnlyMemory<byte>[]> ReadAsync(long first, long last, int most, CancellationToken cancellationToken)
    {
        int length = (int)Math.Min(Math.Min(readsAtOnce, most), last - first + 1);
        return await Task.WhenAll(Enumerable.Range(0, length).Select(i => ReadAsync(first + i, cancellationToken))).ConfigureAwait(false);
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(long sequence, CancellationToken cancellationToken) =>
        await source.ReadAllAsync(StoreKeys.Entry(sequence), JournalEntry.MaxLength, cancellationToken).ConfigureAwait(false)
            ?? throw new IntegrityException("journal_broken", $"Journal entry {StoreKeys.Entry(sequence)} is missing in {source.Location}.", "Entries are never deleted; restore it from a replica.");

    private async Task CreateAsync(Entry entry, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes = entry.Bytes ?? await ReadAsync(entry.Sequence, cancellationToken).ConfigureAwait(false);
        if (DomainHash.Entry(bytes.Span) != entry.Hash)
        {
            throw new IntegrityException("journal_broken", $"Journal entry {entry.Sequence} in {source.Location} changed while it was read.", "Run 'vers verify' there.");
        }

        ObjectKey key = StoreKeys.Entry(entry.Sequence);
        if (await target.CreateAsync(key, bytes, cancellationToken).ConfigureAwait(false))
        {
            count.AddEntry(bytes.Length);
        }
        else if (await target.ReadAllAsync(key, JournalEntry.MaxLength, cancellationToken).ConfigureAwait(false) is not { } there || !there.Span.SequenceEqual(bytes.Span))
        {
            throw Diverged(source, target, entry.Sequence);
        }
    }

    /// <summary>An entry, with its bytes where they are few enough to be kept.</summary>
    private readonly record struct Entry(long Sequence, Digest Hash, ReadOnlyMemory<byte>? Bytes);
}
