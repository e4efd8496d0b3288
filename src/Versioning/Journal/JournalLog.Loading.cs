using Versioning.Storage;

namespace Versioning.Journal;

/// <content>How the journal gets into memory: from what this machine kept of it, and from the store.</content>
internal sealed partial class JournalLog
{
    private const int FirstReadsAtOnce = 4;

    /// <summary>How many entries behind those that were kept are read without asking for a newer checkpoint.</summary>
    private const int MaxBehind = 60;

    private bool _opened;

    /// <summary>A checkpoint says who is trusted without showing why: whoever knows whom to trust reads the entries.</summary>
    private bool BelievesCheckpoints => trust?.HasAnchors != true;

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_opened)
        {
            return;
        }

        await (opening?.Invoke(cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
        if (kept is not null)
        {
            try
            {
                _believed = BelievesCheckpoints ? kept.Checkpoint() : null;
                Volatile.Write(ref _state, _believed ?? _state);
                _checkpoint = _state.Sequence;
                while (kept.Entry(_state.Sequence + 1) is { } bytes)
                {
                    FoldKept(bytes);
                }
            }
            catch (IntegrityException)
            {
                // What does not fold is asked for at the store.
            }
        }

        _opened = true;
    }

    /// <summary>Folds what came behind what was kept.</summary>
    /// <returns>False where the journal has to be loaded: nothing was kept, or too much came since.</returns>
    private async Task<bool> CatchUpAsync(CancellationToken cancellationToken)
    {
        long head = _state.Sequence;
        if (head == 0)
        {
            return false;
        }

        // The next entry would tell of another history, but there may be none yet: an older copy was put in place.
        ReadOnlyMemory<byte>?[] read = await Task.WhenAll(ReadBytesAsync(head, cancellationToken).AsTask(), ReadBytesAsync(head + 1, cancellationToken).AsTask()).ConfigureAwait(false);
        if (read[0] is not { } confirmed || Canonical.DomainHash.Entry(confirmed.Span) != _state.Head)
        {
            kept!.Replace(new JournalHead(head, _state.Head), time.GetUtcNow());
            _recent.Clear();
            _checkpoint = 0;
            _believed = null;
            Volatile.Write(ref _state, StoreState.Empty);
            return false;
        }

        if (read[1] is not { } next)
        {
            return true;
        }

        Fold(next);
        return await LoadEntriesAsync(null, cancellationToken, MaxBehind).ConfigureAwait(false);
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (!objects.CanList)
        {
            await LoadCheckpointAsync(new HeadSearch(objects).CheckpointsAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            await LoadEntriesAsync(null, cancellationToken).ConfigureAwait(false);
            return;
        }

        // The keys of checkpoints come first of all, then those of the journal: of a short one, one listing tells all.
        var checkpoints = new List<ObjectKey>();
        var run = new ContiguousRun(_state.Sequence);
        bool complete = true;
        await foreach (ObjectInfo info in objects.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            string key = info.Key.Value;
            if (key.StartsWith(StoreKeys.Checkpoints, StringComparison.Ordinal))
            {
                checkpoints.Add(info.Key);
                complete = false;
            }
            else if (!key.StartsWith(StoreKeys.Journal, StringComparison.Ordinal))
            {
                if (string.CompareOrdinal(key, StoreKeys.Journal) > 0)
                {
                    break;
                }
            }
            else if (complete)
            {
                run.Add(info.Key);
            }
            else
            {
                break;
            }
        }

        // Then nothing lies beyond a gap either.
        _knownWhole |= complete && !run.IsBroken;
        checkpoints.Reverse();
        await LoadCheckpointAsync(checkpoints.ToAsyncEnumerable(), cancellationToken).ConfigureAwait(false);
        await LoadEntriesAsync(complete ? run.Last : await ListedHeadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private async Task LoadCheckpointAsync(IAsyncEnumerable<ObjectKey> newestFirst, CancellationToken cancellationToken)
    {
        if (!trustsCheckpoints || !BelievesCheckpoints)
        {
            return;
        }

        await foreach (ObjectKey key in newestFirst.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (!StoreKeys.TryParseSequence(key, out long sequence))
            {
                continue;
            }

            if (sequence <= _state.Sequence)
            {
                return;
            }

            try
            {
                if (await objects.ReadAllAsync(key, Checkpoint.MaxLength, cancellationToken).ConfigureAwait(false) is { } content)
                {
                    StoreState state = Checkpoint.Decode(content, key.Value);
                    if (state.Sequence == sequence)
                    {
                        _believed = state;
                        Volatile.Write(ref _state, state);
                        _checkpoint = sequence;
                        kept?.Keep(key, content);
                        return;
                    }
                }
            }
            catch (IntegrityException)
            {
                // Derived data: an older one, or the entries themselves, say the same.
            }
        }
    }

    /// <summary>Folds the entries from the state on, read side by side.</summary>
    /// <param name="listed">The last one; null where it is not known.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <param name="most">After how many to give up.</param>
    /// <returns>Whether the head was reached.</returns>
    private async Task<bool> LoadEntriesAsync(long? listed, CancellationToken cancellationToken, long most = long.MaxValue)
    {
        // Without a listing the first that is absent is the end; few are asked for at first, as most may not be there.
        int atOnce = listed is null ? Math.Min(FirstReadsAtOnce, readsAtOnce) : readsAtOnce;
        long from = _state.Sequence;
        for (; listed is null || _state.Sequence < listed; atOnce = Math.Min(2 * atOnce, readsAtOnce))
        {
            if (_state.Sequence - from >= most)
            {
                return false;
            }

            long first = _state.Sequence + 1;
            int count = (int)Math.Min(atOnce, (listed ?? long.MaxValue) - _state.Sequence);
            ReadOnlyMemory<byte>?[] entries = await Task.WhenAll(Enumerable.Range(0, count).Select(i => ReadBytesAsync(first + i, cancellationToken).AsTask())).ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte>? bytes in entries)
            {
                if (bytes is null && listed is null)
                {
                    return true;
                }

                Fold(bytes ?? throw Missing(_state.Sequence + 1));
            }
        }

        return true;
    }

    /// <summary>The last entry of the longest contiguous run, by listing the blocks from the checkpoint on.</summary>
    private async Task<long> ListedHeadAsync(CancellationToken cancellationToken)
    {
        var run = new ContiguousRun(_state.Sequence);
        long found;
        do
        {
            // The block behind a full one, and behind one that the checkpoint ends with.
            found = run.Last;
            await foreach (ObjectInfo info in objects.ListAsync(StoreKeys.JournalBlock((found + 1) / StoreKeys.EntriesPerBlock), cancellationToken).ConfigureAwait(false))
            {
                run.Add(info.Key);
            }
        }
        while (run.Last > found && (run.Last + 1) % StoreKeys.EntriesPerBlock == 0);

        return run.Last;
    }

    /// <summary>The longest contiguous run of entries behind a position, by their keys in order.</summary>
    private sealed class ContiguousRun(long from)
    {
        /// <summary>Whether entries lie beyond a gap.</summary>
        internal bool IsBroken { get; private set; }

        internal long Last { get; private set; } = from;

        internal void Add(ObjectKey key)
        {
            if (StoreKeys.TryParseSequence(key, out long sequence) && sequence > Last)
            {
                IsBroken |= sequence != Last + 1;
                Last += IsBroken ? 0 : 1;
            }
        }
    }
}
