using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Versioning.Storage;

namespace Versioning.Journal;

/// <summary>
/// Reads and appends to the journal of one store, and keeps the state folded up to the newest entry that it has seen.
/// Follows the writer's and reader's steps: fold entry by entry, look for the own nonce in every folded entry, create
/// the next entry only on a state in which its conditions were checked.
/// </summary>
/// <param name="objects">The store.</param>
/// <param name="time">Gives the time of entries; nothing is decided by it.</param>
/// <param name="checkpointInterval">After how many entries whoever appends writes a checkpoint.</param>
/// <param name="readsAtOnce">How many entries are read side by side when the journal is loaded.</param>
/// <param name="opening">Done before the journal is loaded; null: nothing.</param>
internal sealed class JournalLog(ObjectStore objects, TimeProvider time, int checkpointInterval = StoreKeys.EntriesPerBlock, int readsAtOnce = JournalLog.DefaultReadsAtOnce, Func<CancellationToken, Task>? opening = null) : IDisposable
{
    private const int DefaultReadsAtOnce = 16;
    private const int FirstReadsAtOnce = 4;
    private const int MaxLostResponses = 5;

    /// <summary>Entries that were folded last stay decoded: whoever resolves a version mostly wants the record of a new one.</summary>
    private const int MaxRecent = 16;
    private const int MaxRecentLength = 64 * 1024;

    private readonly SemaphoreSlim _folding = new(1, 1);
    private readonly ConcurrentDictionary<UInt128, AppendedEntry?> _ownNonces = new();
    private readonly ConcurrentDictionary<long, JournalEntry> _recent = new();
    private StoreState _state = StoreState.Empty;
    private bool _loaded;
    private volatile bool _knownWhole;
    private long _checkpoint;

    /// <summary>The newest state that was folded; may be behind the store.</summary>
    internal StoreState State => Volatile.Read(ref _state);

    /// <summary>Folds up to the head of the journal.</summary>
    internal async Task<StoreState> FoldAsync(CancellationToken cancellationToken)
    {
        await _folding.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_loaded)
            {
                await (opening?.Invoke(cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
                await LoadAsync(cancellationToken).ConfigureAwait(false);
                _loaded = true;
                return _state;
            }

            while (await ReadBytesAsync(_state.Sequence + 1, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                Fold(bytes);
            }

            return _state;
        }
        finally
        {
            _folding.Release();
        }
    }

    /// <summary>
    /// Appends one entry. <paramref name="propose"/> is asked again on every newer state, so that each condition is
    /// checked anew; it throws where a condition fails and returns null where there is nothing to do.
    /// </summary>
    /// <returns>The entry, or null where there was nothing to do.</returns>
    internal async Task<AppendedEntry?> AppendAsync(string author, Func<StoreState, Task<IReadOnlyList<JournalOperation>?>> propose, CancellationToken cancellationToken)
    {
        objects.RequireWritable();

        // One nonce over all attempts: whoever finds it while folding has succeeded.
        UInt128 nonce = Packs.PackId.New().Value;
        _ownNonces[nonce] = null;
        try
        {
            int unanswered = 0;
            for (int attempt = 0; ; attempt++)
            {
                StoreState state = await FoldAsync(cancellationToken).ConfigureAwait(false);
                if (_ownNonces[nonce] is { } own)
                {
                    return own;
                }

                if (await propose(state).ConfigureAwait(false) is not { } operations)
                {
                    return null;
                }

                var entry = new JournalEntry(state.Sequence + 1, state.Head, nonce, time.GetUtcNow(), author, ToolVersion.Text, operations);
                await RequireNoGapAsync(state.Sequence + 1, cancellationToken).ConfigureAwait(false);

                // An entry that no reader could fold would end the journal for everyone.
                _ = state.Apply(entry, default);
                if (await TryCreateAsync(entry, () => ++unanswered <= MaxLostResponses, cancellationToken).ConfigureAwait(false) is { } stored)
                {
                    // From here on nothing may hide that the entry is in: no cancellation, no read that could fail.
                    await FoldOwnAsync(entry.Sequence, stored).ConfigureAwait(false);
                    await CheckpointAsync(entry.Sequence).ConfigureAwait(false);
                    return new AppendedEntry(entry.Sequence, stored.Length);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * Math.Min(100, 2 << Math.Min(attempt, 6))), time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _ownNonces.TryRemove(nonce, out _);
        }
    }

    /// <summary>The entries from <paramref name="first"/> to <paramref name="last"/>, each with the hash of its bytes.</summary>
    internal async IAsyncEnumerable<(JournalEntry Entry, Digest Hash)> ReadAsync(long first, long last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long sequence = first; sequence <= last; sequence++)
        {
            yield return await ReadAsync(sequence, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One entry, with the hash of its bytes.</summary>
    internal async ValueTask<(JournalEntry Entry, Digest Hash)> ReadAsync(long sequence, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes = await ReadBytesAsync(sequence, cancellationToken).ConfigureAwait(false) ?? throw Missing(sequence);
        return (Decode(bytes, sequence), Canonical.DomainHash.Entry(bytes.Span));
    }

    /// <summary>The record that an entry published under a number.</summary>
    internal async Task<VersionRecord> ReadRecordAsync(string artifact, PublishedVersion version, CancellationToken cancellationToken) =>
        VersionRecord.Decode(await ReadRecordBytesAsync(artifact, version, cancellationToken).ConfigureAwait(false), $"The record of {artifact}@{version.Number}");

    /// <summary>The bytes of a record, those that its digest covers.</summary>
    internal async Task<ReadOnlyMemory<byte>> ReadRecordBytesAsync(string artifact, PublishedVersion version, CancellationToken cancellationToken)
    {
        if (!_recent.TryGetValue(version.Sequence, out JournalEntry? entry))
        {
            (entry, _) = await ReadAsync(version.Sequence, cancellationToken).ConfigureAwait(false);
        }

        foreach (PublishOperation publish in entry.Operations.OfType<PublishOperation>())
        {
            if (publish.Artifact == artifact && publish.Number == version.Number && VersionRecord.DigestOf(publish.Record.Span) == version.Digest)
            {
                return publish.Record;
            }
        }

        throw new IntegrityException("journal_broken", $"{StoreKeys.Entry(version.Sequence)} in {objects.Location} does not publish {artifact}@{version.Number} with {version.Digest}.", "Run 'vers verify'.");
    }

    /// <inheritdoc/>
    public void Dispose() => _folding.Dispose();

    private static IntegrityException Missing(long sequence) =>
        new("journal_broken", $"Journal entry {StoreKeys.Entry(sequence)} is missing.", "Entries are never deleted; restore it from a mirror.");

    private static JournalEntry Decode(ReadOnlyMemory<byte> bytes, long sequence) => JournalEntry.Decode(bytes, $"Journal entry {sequence}");

    private ValueTask<ReadOnlyMemory<byte>?> ReadBytesAsync(long sequence, CancellationToken cancellationToken) =>
        objects.ReadAllAsync(StoreKeys.Entry(sequence), JournalEntry.MaxLength, cancellationToken);

    private void Fold(ReadOnlyMemory<byte> bytes)
    {
        JournalEntry entry = Decode(bytes, _state.Sequence + 1);
        Digest hash = Canonical.DomainHash.Entry(bytes.Span);
        Volatile.Write(ref _state, _state.Apply(entry, hash));
        _ownNonces.TryUpdate(entry.Nonce, new AppendedEntry(entry.Sequence, bytes.Length), null);
        _recent.TryRemove(entry.Sequence - MaxRecent, out _);
        if (bytes.Length <= MaxRecentLength)
        {
            _recent[entry.Sequence] = entry;
        }
    }

    /// <summary>Appending into a gap would fork the journal: before the first append, nothing may lie beyond the head.</summary>
    private async Task RequireNoGapAsync(long next, CancellationToken cancellationToken)
    {
        if (_knownWhole)
        {
            return;
        }

        IReadOnlyList<long> announced = await IncomingEntries.ListAsync(objects, cancellationToken).ConfigureAwait(false);
        await foreach (long beyond in EntriesBeyond.ListAsync(objects, next, announced, cancellationToken).ConfigureAwait(false))
        {
            if (await ReadBytesAsync(next, cancellationToken).ConfigureAwait(false) is null)
            {
                throw new IntegrityException("journal_broken", $"Journal entry {StoreKeys.Entry(next)} is missing in {objects.Location}, although {StoreKeys.Entry(beyond)} is there.", "In a replica whose mirror was interrupted, run 'vers mirror' again. Elsewhere it was lost: restore it from a replica.");
            }
        }

        _knownWhole = true;
    }

    /// <returns>The entry as it is stored, or null where it is not known to be in.</returns>
    private async Task<ReadOnlyMemory<byte>?> TryCreateAsync(JournalEntry entry, Func<bool> mayGoOn, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes = entry.Encode();
        if (bytes.Length > JournalEntry.MaxLength)
        {
            throw new VersioningException("entry_too_long", $"The journal entry would have {bytes.Length} bytes; at most {JournalEntry.MaxLength} are allowed.", "Publish fewer things at once.");
        }

        try
        {
            if (await objects.CreateAsync(StoreKeys.Entry(entry.Sequence), bytes, cancellationToken).ConfigureAwait(false))
            {
                return bytes;
            }
        }
        catch (StoreUnavailableException e) when (e.IsTransient && mayGoOn())
        {
            // The answer was lost, not necessarily the entry: read it back.
        }

        // An earlier attempt may have arrived late: the same nonce, but another time in it.
        ReadOnlyMemory<byte>? there = await ReadBytesAsync(entry.Sequence, cancellationToken).ConfigureAwait(false);
        return there is { } winner && Decode(winner, entry.Sequence).Nonce != entry.Nonce ? default(ReadOnlyMemory<byte>?) : there;
    }

    private async Task FoldOwnAsync(long sequence, ReadOnlyMemory<byte> stored)
    {
        await _folding.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            // Another task of this process may have folded it already.
            if (_state.Sequence + 1 == sequence)
            {
                Fold(stored);
            }
        }
        finally
        {
            _folding.Release();
        }
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
        await foreach (ObjectKey key in newestFirst.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                ReadOnlyMemory<byte>? bytes = await objects.ReadAllAsync(key, Checkpoint.MaxLength, cancellationToken).ConfigureAwait(false);
                if (bytes is { } content && StoreKeys.TryParseSequence(key, out long sequence))
                {
                    StoreState state = Checkpoint.Decode(content, key.Value);
                    if (state.Sequence == sequence)
                    {
                        _state = state;
                        _checkpoint = sequence;
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

    /// <summary>Folds the entries from the checkpoint on, read side by side.</summary>
    /// <param name="listed">The last one; null where it is not known.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    private async Task LoadEntriesAsync(long? listed, CancellationToken cancellationToken)
    {
        // Without a listing the first that is absent is the end; few are asked for at first, as most may not be there.
        int atOnce = listed is null ? Math.Min(FirstReadsAtOnce, readsAtOnce) : readsAtOnce;
        for (; listed is null || _state.Sequence < listed; atOnce = Math.Min(2 * atOnce, readsAtOnce))
        {
            long first = _state.Sequence + 1;
            int count = (int)Math.Min(atOnce, (listed ?? long.MaxValue) - _state.Sequence);
            ReadOnlyMemory<byte>?[] entries = await Task.WhenAll(Enumerable.Range(0, count).Select(i => ReadBytesAsync(first + i, cancellationToken).AsTask())).ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte>? bytes in entries)
            {
                if (bytes is null && listed is null)
                {
                    return;
                }

                Fold(bytes ?? throw Missing(_state.Sequence + 1));
            }
        }
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

    private async Task CheckpointAsync(long appended)
    {
        StoreState state = State;
        if (appended % checkpointInterval != 0 && state.Sequence - _checkpoint < 2 * checkpointInterval)
        {
            return;
        }

        try
        {
            ReadOnlyMemory<byte> bytes = Checkpoint.Encode(state);
            if (bytes.Length <= ObjectStore.MaxObjectLength)
            {
                await objects.CreateAsync(StoreKeys.Checkpoint(state.Sequence), bytes, CancellationToken.None).ConfigureAwait(false);
            }

            _checkpoint = state.Sequence;
        }
        catch (StoreUnavailableException)
        {
            // What was appended is in; a checkpoint can be written at any later time.
        }
    }
}
