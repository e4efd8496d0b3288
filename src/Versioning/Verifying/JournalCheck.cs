using Versioning.Journal;
using Versioning.Storage;

namespace Versioning.Verifying;

/// <summary>Folds all entries anew, compares every checkpoint with what they say, and looks for what no reader would see.</summary>
/// <param name="objects">The store.</param>
/// <param name="journal">Reads its entries.</param>
/// <param name="damages">Told of what is wrong.</param>
/// <param name="witnesses">Asked about every entry; null: nobody is.</param>
internal sealed class JournalCheck(ObjectStore objects, JournalLog journal, DamageList damages, JournalWitnesses? witnesses = null)
{
    /// <summary>How many entries are read side by side.</summary>
    private const int ReadsAtOnce = 16;

    private readonly Dictionary<long, StoreState> _states = [];
    private StoreState _folded = StoreState.Empty;
    private bool _ends;
    private string? _broken;

    /// <summary>The entry that was read last and is where it says.</summary>
    private JournalHead? _before = default(JournalHead);

    /// <summary>Up to where a mirror said that it brings entries; 0: it said nothing, or nothing can be listed.</summary>
    internal long IncomingUpTo { get; private set; }

    /// <param name="state">What readers see.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>How many objects were read.</returns>
    internal async Task<long> RunAsync(StoreState state, CancellationToken cancellationToken)
    {
        // Before and after the entries: a mirror may begin or end meanwhile.
        await NoteIncomingAsync(cancellationToken).ConfigureAwait(false);
        HashSet<long> checkpoints = [];
        await foreach (ObjectKey key in CheckpointKeys(state, cancellationToken).ConfigureAwait(false))
        {
            _ = StoreKeys.TryParseSequence(key, out long position) && checkpoints.Add(position);
        }

        long read = 0, next = 1;
        List<long> entries = await EntriesAsync(state, cancellationToken).ConfigureAwait(false);
        await NoteIncomingAsync(cancellationToken).ConfigureAwait(false);
        var ahead = new Queue<Task<(JournalEntry Entry, Digest Hash)>>();
        int asked = 0;
        foreach (long sequence in entries)
        {
            for (; asked < entries.Count && ahead.Count < ReadsAtOnce; asked++)
            {
                ahead.Enqueue(journal.ReadAsync(entries[asked], cancellationToken).AsTask());
            }

            if (sequence > next)
            {
                // Readers take the contiguous run. What lies beyond a gap is on its way, or was published once and is lost to them.
                if (next > state.Sequence && sequence <= IncomingUpTo)
                {
                    _ends = true;
                }
                else
                {
                    Break(StoreKeys.Entry(next), $"is missing, although {StoreKeys.Entry(sequence)} exists: it was lost, or here is a replica that 'vers mirror' has to go on with");
                }
            }

            await CheckAsync(sequence, ahead.Dequeue(), state, checkpoints).ConfigureAwait(false);
            (read, next) = (read + 1, sequence + 1);
        }

        witnesses?.Finish(next - 1);
        return read + await CheckpointsAsync(state, cancellationToken).ConfigureAwait(false);
    }

    private async Task NoteIncomingAsync(CancellationToken cancellationToken)
    {
        if (objects.CanList)
        {
            IncomingUpTo = (await IncomingEntries.ListAsync(objects, cancellationToken).ConfigureAwait(false)).Append(IncomingUpTo).Max();
        }
    }

    /// <summary>All checkpoints; where nothing can be listed, the places where one may be that a reader would find.</summary>
    private IAsyncEnumerable<ObjectKey> CheckpointKeys(StoreState state, CancellationToken cancellationToken) => objects.CanList
        ? objects.ListAsync(StoreKeys.Checkpoints, cancellationToken).Select(info => info.Key)
        : Enumerable.Range(1, (int)(state.Sequence / StoreKeys.EntriesPerBlock)).Select(block => StoreKeys.Checkpoint((long)block * StoreKeys.EntriesPerBlock)).ToAsyncEnumerable();

    /// <summary>The sequences of all entries, ascending, those that a gap hides from readers too.</summary>
    private async Task<List<long>> EntriesAsync(StoreState state, CancellationToken cancellationToken)
    {
        if (!objects.CanList)
        {
            var known = new List<long>();
            for (long sequence = 1; sequence <= state.Sequence; sequence++)
            {
                known.Add(sequence);
            }

            return [.. known, .. await new HeadSearch(objects).BeyondAsync(state.Sequence, cancellationToken).ConfigureAwait(false)];
        }

        var sequences = new List<long>();
        await foreach (ObjectInfo info in objects.ListAsync(StoreKeys.Journal, cancellationToken).ConfigureAwait(false))
        {
            if (StoreKeys.TryParseSequence(info.Key, out long sequence) && sequence > 0 && StoreKeys.Entry(sequence) == info.Key)
            {
                sequences.Add(sequence);
            }
            else
            {
                damages.Add(info.Key.Value, "is not the key of a journal entry");
            }
        }

        return sequences;
    }

    private async Task CheckAsync(long sequence, Task<(JournalEntry Entry, Digest Hash)> read, StoreState state, HashSet<long> checkpoints)
    {
        ObjectKey key = StoreKeys.Entry(sequence);
        try
        {
            (JournalEntry entry, Digest hash) = await read.ConfigureAwait(false);
            witnesses?.Meet(sequence, hash);
            if (Unchained(entry, sequence) is { } problem)
            {
                Break(key, problem);
            }

            _before = entry.Sequence == sequence ? new JournalHead(sequence, hash) : null;
            if (_broken is not null)
            {
                NameLost(entry, state);
            }
            else if (!_ends)
            {
                _folded = _folded.Apply(entry, hash);
                if (checkpoints.Contains(sequence))
                {
                    _states[sequence] = _folded;
                }
            }
        }
        catch (VersioningException e) when (e is IntegrityException || e.Code == "newer_format")
        {
            Break(key, e.Message);
        }
    }

    /// <summary>Why an entry does not follow the one before, as far as that is known; null: it does.</summary>
    private string? Unchained(JournalEntry entry, long sequence) =>
        entry.Sequence != sequence ? $"holds entry {entry.Sequence}: entries were exchanged"
        : _before is { } before && before.Sequence == sequence - 1 && entry.Previous != before.Digest
            ? $"names {entry.Previous} as the entry before it, but entry {before.Sequence} is {before.Digest}: entry {before.Sequence} was changed after this one was written, or this one is of another history"
        : null;

    private void Break(ObjectKey key, string problem)
    {
        damages.Add(key.Value, problem);
        _broken ??= key.Value;
    }

    /// <summary>What an entry behind the damage published, and no reader gets to.</summary>
    private void NameLost(JournalEntry entry, StoreState state)
    {
        foreach (PublishOperation publish in entry.Operations.OfType<PublishOperation>())
        {
            if (References.IsArtifactName(publish.Artifact) && state.Find(publish.Artifact)?.Find(publish.Number) is null)
            {
                damages.Add(_broken!, null, new ArtifactPin(publish.Artifact, publish.Number, VersionRecord.DigestOf(publish.Record.Span)).ToString());
            }
        }
    }

    private async Task<long> CheckpointsAsync(StoreState state, CancellationToken cancellationToken)
    {
        long read = 0;
        await foreach (ObjectKey key in CheckpointKeys(state, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (await objects.ReadAllAsync(key, Checkpoint.MaxLength, cancellationToken).ConfigureAwait(false) is { } bytes)
                {
                    read++;
                    StoreState claimed = Checkpoint.Decode(bytes, key.Value);
                    bool isKnown = _states.TryGetValue(claimed.Sequence, out StoreState? folds);
                    bool cannotTell = _broken is not null && claimed.Sequence > _folded.Sequence && StoreKeys.Checkpoint(claimed.Sequence) == key;

                    // One of an earlier version says nothing of inputs, and is right all the same.
                    if (isKnown ? !Checkpoint.Encode(folds! with { IsLinked = claimed.IsLinked }).Span.SequenceEqual(bytes.Span) : !cannotTell)
                    {
                        damages.Add(key.Value, "does not say what the journal's entries do");
                    }
                }
            }
            catch (IntegrityException e)
            {
                damages.Add(key.Value, e.Message);
            }
        }

        return read;
    }
}
