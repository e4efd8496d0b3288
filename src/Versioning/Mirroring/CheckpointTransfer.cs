using Versioning.Journal;
using Versioning.Storage;

namespace Versioning.Mirroring;

/// <summary>Copies the checkpoints of positions that the replica has. They are derived: one that is not sound is left out.</summary>
internal sealed class CheckpointTransfer(ObjectStore source, JournalLog journal, ObjectStore target, MirrorCount count)
{
    internal async Task RunAsync(StoreState state, CancellationToken cancellationToken)
    {
        SortedSet<long> missing = await ListAsync(source, cancellationToken).ConfigureAwait(false);
        if (missing.Count == 0)
        {
            return;
        }

        missing.ExceptWith(await ListAsync(target, cancellationToken).ConfigureAwait(false));
        foreach (long sequence in missing.Where(sequence => sequence <= state.Sequence))
        {
            if (await ReadAsync(sequence, cancellationToken).ConfigureAwait(false) is { } bytes
                && await target.CreateAsync(StoreKeys.Checkpoint(sequence), bytes, cancellationToken).ConfigureAwait(false))
            {
                count.Add(bytes.Length);
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(long sequence, CancellationToken cancellationToken)
    {
        ObjectKey key = StoreKeys.Checkpoint(sequence);
        if (await source.ReadAllAsync(key, Checkpoint.MaxLength, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return null;
        }

        try
        {
            StoreState claimed = Checkpoint.Decode(bytes, key.Value);
            (_, Digest hash) = await journal.ReadAsync(sequence, cancellationToken).ConfigureAwait(false);
            return claimed.Sequence == sequence && claimed.Head == hash ? bytes : null;
        }
        catch (IntegrityException)
        {
            return null;
        }
    }

    private static async Task<SortedSet<long>> ListAsync(ObjectStore objects, CancellationToken cancellationToken)
    {
        var sequences = new SortedSet<long>();
        await foreach (ObjectInfo info in objects.ListAsync(StoreKeys.Checkpoints, cancellationToken).ConfigureAwait(false))
        {
            if (StoreKeys.TryParseSequence(info.Key, out long sequence) && StoreKeys.Checkpoint(sequence) == info.Key)
            {
                sequences.Add(sequence);
            }
        }

        return sequences;
    }
}
