using Versioning.Journal;
using Versioning.Storage;

namespace Versioning.Verifying;

/// <summary>Folds all entries anew, compares every checkpoint with what they say, and looks for what no reader would see.</summary>
internal sealed class JournalCheck(ObjectStore objects, JournalLog journal, DamageList damages)
{
    /// <returns>How many objects were read.</returns>
    internal async Task<long> RunAsync(StoreState state, CancellationToken cancellationToken)
    {
        long read = 0;
        StoreState folded = StoreState.Empty;
        HashSet<long> checkpoints = [];
        var states = new Dictionary<long, Digest>();
        await foreach (ObjectInfo info in objects.ListAsync(StoreKeys.Checkpoints, cancellationToken).ConfigureAwait(false))
        {
            _ = StoreKeys.TryParseSequence(info.Key, out long position) && checkpoints.Add(position);
        }

        try
        {
            await foreach ((JournalEntry entry, Digest hash) in journal.ReadAsync(1, state.Sequence, cancellationToken).ConfigureAwait(false))
            {
                folded = folded.Apply(entry, hash);
                if (checkpoints.Contains(folded.Sequence))
                {
                    states[folded.Sequence] = Digest.Of(Checkpoint.Encode(folded).Span);
                }

                read++;
            }
        }
        catch (VersioningException e) when (e is IntegrityException || e.Code == "newer_format")
        {
            damages.Add(StoreKeys.Entry(Math.Max(1, folded.Sequence + 1)).Value, e.Message);
        }

        // Readers take the contiguous run; what lies beyond a gap was published once and is lost to them.
        await foreach (ObjectInfo info in objects.ListAsync(StoreKeys.Journal, cancellationToken).ConfigureAwait(false))
        {
            if (!StoreKeys.TryParseSequence(info.Key, out long sequence) || StoreKeys.Entry(sequence) != info.Key)
            {
                damages.Add(info.Key.Value, "is not the key of a journal entry");
            }
            else if (sequence > journal.State.Sequence)
            {
                damages.Add(StoreKeys.Entry(journal.State.Sequence + 1).Value, $"is missing, although {info.Key} exists");
            }
        }

        await foreach (ObjectInfo info in objects.ListAsync(StoreKeys.Checkpoints, cancellationToken).ConfigureAwait(false))
        {
            read++;
            try
            {
                if (await objects.ReadAllAsync(info.Key, Checkpoint.MaxLength, cancellationToken).ConfigureAwait(false) is { } bytes)
                {
                    StoreState claimed = Checkpoint.Decode(bytes, info.Key.Value);
                    if (!states.TryGetValue(claimed.Sequence, out Digest folds) || folds != Digest.Of(bytes.Span))
                    {
                        damages.Add(info.Key.Value, "does not say what the journal's entries do");
                    }
                }
            }
            catch (IntegrityException e)
            {
                damages.Add(info.Key.Value, e.Message);
            }
        }

        return read;
    }
}
