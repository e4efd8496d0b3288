using System.Collections.Concurrent;
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
/// <param name="kept">What this machine keeps of the journal; null: everything is read from the store.</param>
/// <param name="trust">Who signs, and whom the store must trust; null: nobody, and anyone.</param>
/// <param name="trustsCheckpoints">Whether a checkpoint is as good as the entries before it; otherwise all are folded.</param>
internal sealed partial class JournalLog(
    ObjectStore objects,
    TimeProvider time,
    int checkpointInterval = StoreKeys.EntriesPerBlock,
    int readsAtOnce = JournalLog.DefaultReadsAtOnce,
    Func<CancellationToken, Task>? opening = null,
    KeptJournal? kept = null,
    JournalTrust? trust = null,
    bool trustsCheckpoints = true) : IDisposable
{
    private const int DefaultReadsAtOnce = 16;
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

    /// <summary>The state of the checkpoint that everything else was folded on; null: nothing rests on one.</summary>
    private volatile StoreState? _believed;

    /// <summary>The newest state that was folded; may be behind the store.</summary>
    internal StoreState State => Volatile.Read(ref _state);

    /// <summary>Folds up to the head of the journal.</summary>
    /// <exception cref="IntegrityException">It is damaged, or trusts nobody that it should.</exception>
    internal async Task<StoreState> FoldAsync(CancellationToken cancellationToken) =>
        Anchored(await FoldAllAsync(cancellationToken).ConfigureAwait(false));

    private StoreState Anchored(StoreState state)
    {
        trust?.Check(state, objects.Location);
        return state;
    }

    private async Task<StoreState> FoldAllAsync(CancellationToken cancellationToken)
    {
        await _folding.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_loaded)
            {
                await OpenAsync(cancellationToken).ConfigureAwait(false);
                if (!await CatchUpAsync(cancellationToken).ConfigureAwait(false))
                {
                    await LoadAsync(cancellationToken).ConfigureAwait(false);
                }

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

    /// <summary>The state that is known without asking the store for news: what was folded, or else kept. It may never have been the store's.</summary>
    internal async Task<StoreState> KnownAsync(CancellationToken cancellationToken)
    {
        await _folding.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await OpenAsync(cancellationToken).ConfigureAwait(false);
            return _state.Sequence > 0 ? Anchored(_state) : _state;
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
    /// <param name="author">Who does that.</param>
    /// <param name="propose">What is done, on a state.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <param name="mayTrustFirst">Whether it is what makes a store trust anybody at all.</param>
    /// <returns>The entry, or null where there was nothing to do.</returns>
    internal async Task<AppendedEntry?> AppendAsync(string author, Func<StoreState, Task<IReadOnlyList<JournalOperation>?>> propose, CancellationToken cancellationToken, bool mayTrustFirst = false)
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
                StoreState state = await FoldAllAsync(cancellationToken).ConfigureAwait(false);
                if (!mayTrustFirst || !state.Trust.Keys.IsEmpty)
                {
                    Anchored(state);
                }

                if (_ownNonces[nonce] is { } own)
                {
                    return own;
                }

                if (await propose(state).ConfigureAwait(false) is not { } operations)
                {
                    return null;
                }

                if (_believed is { } believed && operations.Any(operation => IsVouchedFor(operation, believed)))
                {
                    await DisbelieveAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                }

                var entry = new JournalEntry(state.Sequence + 1, state.Head, nonce, time.GetUtcNow(), author, ToolVersion.Text, operations);
                entry = trust?.Signer is { } signer ? await entry.SignAsync(signer, cancellationToken).ConfigureAwait(false) : entry;
                await RequireNoGapAsync(state.Sequence + 1, cancellationToken).ConfigureAwait(false);

                // An entry that no reader could read or fold would end the journal for everyone.
                ReadOnlyMemory<byte> bytes = Encode(entry);
                _ = state.Apply(Decode(bytes, entry.Sequence), default);
                if (await TryCreateAsync(entry, bytes, () => ++unanswered <= MaxLostResponses, cancellationToken).ConfigureAwait(false) is { } stored)
                {
                    // From here on nothing may hide that the entry is in: no cancellation, no read that could fail.
                    await FoldOwnAsync(entry.Sequence, stored).ConfigureAwait(false);
                    await CheckpointAsync(entry.Sequence).ConfigureAwait(false);
                    return new AppendedEntry(entry.Sequence, stored.Length);
                }

                Telemetry.Retry("append", objects.Location);
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * Math.Min(100, 2 << Math.Min(attempt, 6))), time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _ownNonces.TryRemove(nonce, out _);
        }
    }

    /// <summary>One entry, with the hash of its bytes.</summary>
    internal async ValueTask<(JournalEntry Entry, Digest Hash)> ReadAsync(long sequence, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes = kept?.Entry(sequence) ?? await ReadBytesAsync(sequence, cancellationToken).ConfigureAwait(false) ?? throw Missing(sequence);
        return (Decode(bytes, sequence), Canonical.DomainHash.Entry(bytes.Span));
    }

    /// <summary>The record that an entry published under a number.</summary>
    internal async Task<VersionRecord> ReadRecordAsync(string artifact, PublishedVersion version, CancellationToken cancellationToken) =>
        Decode(artifact, version, await ReadRecordBytesAsync(artifact, version, cancellationToken).ConfigureAwait(false));

    /// <summary>The bytes of a record, those that its digest covers.</summary>
    internal async Task<ReadOnlyMemory<byte>> ReadRecordBytesAsync(string artifact, PublishedVersion version, CancellationToken cancellationToken) =>
        (await ReadPublishedAsync(artifact, version, cancellationToken).ConfigureAwait(false)).Record;

    /// <summary>The record that an entry published under a number, and the run that was published with it as what made it.</summary>
    internal async Task<(VersionRecord Record, ArtifactPin? Run)> ReadMadeAsync(string artifact, PublishedVersion version, CancellationToken cancellationToken)
    {
        (JournalEntry entry, ReadOnlyMemory<byte> record) = await ReadPublishedAsync(artifact, version, cancellationToken).ConfigureAwait(false);
        return (Decode(artifact, version, record), entry.RunOf(new ArtifactPin(artifact, version.Number, version.Digest)));
    }

    private async Task<(JournalEntry Entry, ReadOnlyMemory<byte> Record)> ReadPublishedAsync(string artifact, PublishedVersion version, CancellationToken cancellationToken)
    {
        var pin = new ArtifactPin(artifact, version.Number, version.Digest);
        if (_recent.TryGetValue(version.Sequence, out JournalEntry? entry) && entry.RecordOf(pin) is { } recent)
        {
            return (entry, recent);
        }

        if (kept?.Entry(version.Sequence) is { } known && Decode(known, version.Sequence) is var keptEntry && keptEntry.RecordOf(pin) is { } found)
        {
            return (keptEntry, found);
        }

        ReadOnlyMemory<byte> bytes = await ReadBytesAsync(version.Sequence, cancellationToken).ConfigureAwait(false) ?? throw Missing(version.Sequence);
        if (Decode(bytes, version.Sequence) is var read && read.RecordOf(pin) is { } record)
        {
            kept?.Keep(StoreKeys.Entry(version.Sequence), bytes);
            return (read, record);
        }

        throw new IntegrityException("journal_broken", $"{StoreKeys.Entry(version.Sequence)} in {objects.Location} does not publish {artifact}@{version.Number} with {version.Digest}.", "Run 'vers verify'.");
    }

    private static VersionRecord Decode(string artifact, PublishedVersion version, ReadOnlyMemory<byte> record) =>
        VersionRecord.Decode(record, $"The record of {artifact}@{version.Number}");

    /// <inheritdoc/>
    public void Dispose() => _folding.Dispose();

    private static IntegrityException Missing(long sequence) =>
        new("journal_broken", $"Journal entry {StoreKeys.Entry(sequence)} is missing.", "Entries are never deleted; restore it from a mirror.");

    private static JournalEntry Decode(ReadOnlyMemory<byte> bytes, long sequence) => JournalEntry.Decode(bytes, $"Journal entry {sequence}");

    private ValueTask<ReadOnlyMemory<byte>?> ReadBytesAsync(long sequence, CancellationToken cancellationToken) =>
        objects.ReadAllAsync(StoreKeys.Entry(sequence), JournalEntry.MaxLength, cancellationToken);

    private void Fold(ReadOnlyMemory<byte> bytes)
    {
        FoldKept(bytes);
        kept?.Keep(StoreKeys.Entry(_state.Sequence), bytes);
    }

    private void FoldKept(ReadOnlyMemory<byte> bytes)
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

    private static ReadOnlyMemory<byte> Encode(JournalEntry entry)
    {
        ReadOnlyMemory<byte> bytes = entry.Encode();
        return bytes.Length <= JournalEntry.MaxLength
            ? bytes
            : throw new VersioningException("entry_too_long", $"The journal entry would have {bytes.Length} bytes; at most {JournalEntry.MaxLength} are allowed.", "Publish fewer things at once.");
    }

    /// <returns>The entry as it is stored, or null where it is not known to be in.</returns>
    private async Task<ReadOnlyMemory<byte>?> TryCreateAsync(JournalEntry entry, ReadOnlyMemory<byte> bytes, Func<bool> mayGoOn, CancellationToken cancellationToken)
    {
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

    private async Task CheckpointAsync(long appended)
    {
        StoreState state = State;
        if (appended % checkpointInterval != 0 && state.Sequence - _checkpoint < 2 * checkpointInterval)
        {
            return;
        }

        try
        {
            state = await LinkedIfCheapAsync(state).ConfigureAwait(false);
            ReadOnlyMemory<byte> bytes = Checkpoint.Encode(state);
            if (bytes.Length <= ObjectStore.MaxObjectLength)
            {
                await objects.CreateAsync(StoreKeys.Checkpoint(state.Sequence), bytes, CancellationToken.None).ConfigureAwait(false);
                kept?.Keep(StoreKeys.Checkpoint(state.Sequence), bytes);
            }

            _checkpoint = state.Sequence;
        }
        catch (StoreUnavailableException)
        {
            // What was appended is in; a checkpoint can be written at any later time.
        }
    }
}
