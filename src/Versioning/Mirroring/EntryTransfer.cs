using Versioning.Canonical;
using Versioning.Journal;
using Versioning.Storage;

namespace Versioning.Mirroring;

/// <summary>
/// Copies journal entries. Up to the last one that gives up objects they come one after another, from that one back:
/// versions before it may need what the source has no more, so until the first is there readers see none of them. From
/// there on every state is whole, and they come side by side.
/// </summary>
/// <remarks>
/// Coming from the end matters even where the first comes last: another run, which saw less of the source, may create
/// the first at any time, and what its readers see then ends where the first gap is.
/// </remarks>
internal sealed class EntryTransfer(ObjectStore source, ObjectStore target, int atOnce, int batch, MirrorCount count)
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
            bool isWhole = state.Gone.Count == to.Gone.Count;
            (state, List<Entry> entries) = await ReadBatchAsync(state, to, isWhole, cancellationToken).ConfigureAwait(false);
            if (state.Sequence == to.Sequence && state.Head != to.Head)
            {
                throw new IntegrityException("journal_broken", $"The entries in {source.Location} do not lead to entry {to.Sequence} as its readers see it.", "A checkpoint says something else: run 'vers verify' there.");
            }

            entries.RemoveAll(entry => from.Beyond.Contains(entry.Sequence));
            if (isWhole && atOnce > 1)
            {
                var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken };
                await Parallel.ForEachAsync(entries, options, CreateAsync).ConfigureAwait(false);
                continue;
            }

            foreach (Entry entry in isWhole ? entries : Enumerable.Reverse(entries))
            {
                await CreateAsync(entry, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <returns>The state behind the batch, and the batch: some entries, or all up to the one that gives up objects last.</returns>
    private async Task<(StoreState State, List<Entry> Entries)> ReadBatchAsync(StoreState state, StoreState to, bool isWhole, CancellationToken cancellationToken)
    {
        var entries = new List<Entry>();
        long kept = 0;
        while (state.Sequence < to.Sequence && (isWhole ? entries.Count < batch : state.Gone.Count != to.Gone.Count))
        {
            foreach (ReadOnlyMemory<byte> bytes in await ReadAsync(state.Sequence + 1, to.Sequence, isWhole ? batch - entries.Count : atOnce, cancellationToken).ConfigureAwait(false))
            {
                Digest hash = DomainHash.Entry(bytes.Span);
                state = state.Apply(JournalEntry.Decode(bytes, $"Journal entry {state.Sequence + 1} in {source.Location}"), hash);
                kept += bytes.Length;
                entries.Add(new Entry(state.Sequence, hash, kept <= MaxKept ? bytes : null));
                if (!isWhole && state.Gone.Count == to.Gone.Count)
                {
                    break;
                }
            }
        }

        return (state, entries);
    }

    internal static ConflictException Diverged(ObjectStore source, ObjectStore target, long sequence) => new(
        "replica_diverged",
        $"{target.Location} has diverged from {source.Location}: at position {sequence} their journals differ.",
        "It was written to, so it is a store of its own now. Mirror to an empty place; its own versions can be brought over with 'vers copy'.");

    private async Task<ReadOnlyMemory<byte>[]> ReadAsync(long first, long last, int most, CancellationToken cancellationToken)
    {
        int length = (int)Math.Min(Math.Min(atOnce, most), last - first + 1);
        return await Task.WhenAll(Enumerable.Range(0, length).Select(i => ReadAsync(first + i, cancellationToken))).ConfigureAwait(false);
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(long sequence, CancellationToken cancellationToken) =>
        await source.ReadAllAsync(StoreKeys.Entry(sequence), JournalEntry.MaxLength, cancellationToken).ConfigureAwait(false)
            ?? throw new IntegrityException("journal_broken", $"Journal entry {StoreKeys.Entry(sequence)} is missing in {source.Location}.", "Entries are never deleted; restore it from a replica.");

    private async ValueTask CreateAsync(Entry entry, CancellationToken cancellationToken)
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
