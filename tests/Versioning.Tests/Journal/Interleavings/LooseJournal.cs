using Versioning.Canonical;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>
/// The writer's loop once more, so that a rule of it can be left out. It does not try its entry on the state first,
/// as <see cref="JournalLog"/> does: that second line would hide what a missing rule does.
/// </summary>
internal sealed class LooseJournal(ObjectStore store, Rule off) : ActorJournal
{
    private readonly HashSet<PackId> _condemned = [];
    private readonly Dictionary<UInt128, long> _nonces = [];
    private StoreState _state = StoreState.Empty;

    internal override StoreState State => _state;

    internal override IReadOnlySet<PackId> Condemned => _condemned;

    internal override async Task<StoreState> FoldAsync()
    {
        while (await ReadAsync(_state.Sequence + 1) is { } read)
        {
            _state = _state.Apply(read.Entry, read.Hash);
            _nonces[read.Entry.Nonce] = read.Entry.Sequence;
            _condemned.UnionWith(read.Entry.Operations.OfType<CondemnOperation>().SelectMany(c => c.Objects));
        }

        return _state;
    }

    internal override async Task<long?> AppendAsync(string author, Func<StoreState, IReadOnlyList<JournalOperation>?> propose)
    {
        UInt128 nonce = PackId.New().Value;
        IReadOnlyList<JournalOperation>? operations = off == Rule.FoldBeforeCheck ? propose(_state) : null;
        for (int attempt = 0; ; attempt++)
        {
            StoreState state = await FoldAsync();
            if (off != Rule.SearchEveryEntry && _nonces.TryGetValue(nonce, out long position))
            {
                return position;
            }

            bool ask = off switch
            {
                Rule.FoldBeforeCheck => attempt > 0,
                Rule.CheckEveryAttempt => attempt == 0,
                _ => true,
            };
            operations = ask ? propose(state) : operations;
            if (operations is null)
            {
                return null;
            }

            nonce = off == Rule.OneNonce ? PackId.New().Value : nonce;
            var entry = new JournalEntry(state.Sequence + 1, state.Head, nonce, InstantTime.Instance.GetUtcNow(), author, "test", operations);
            if (await TryCreateAsync(state, entry))
            {
                return entry.Sequence;
            }
        }
    }

    private async Task<bool> TryCreateAsync(StoreState state, JournalEntry entry)
    {
        ReadOnlyMemory<byte> bytes = entry.Encode();
        if (off == Rule.CheckpointAfterEntry)
        {
            await store.CreateAsync(StoreKeys.Checkpoint(entry.Sequence), Checkpoint.Encode(state.Apply(entry, DomainHash.Entry(bytes.Span))));
        }

        try
        {
            if (await store.CreateAsync(StoreKeys.Entry(entry.Sequence), bytes))
            {
                return true;
            }
        }
        catch (StoreUnavailableException) when (off == Rule.NoAnswerIsNoSuccess)
        {
            return true;
        }
        catch (StoreUnavailableException) when (off == Rule.ReadBackAfterNoAnswer)
        {
            throw new ConflictException("lost", "No answer came, so it must have failed.");
        }
        catch (StoreUnavailableException)
        {
            // Read back below.
        }

        return await ReadAsync(entry.Sequence) is { } there && (there.Entry.Nonce == entry.Nonce || off == Rule.CompareNonce);
    }

    private async Task<(JournalEntry Entry, Digest Hash)?> ReadAsync(long sequence) =>
        await store.ReadAllAsync(StoreKeys.Entry(sequence), JournalEntry.MaxLength, CancellationToken.None) is { } bytes
            ? (JournalEntry.Decode(bytes, "An entry"), DomainHash.Entry(bytes.Span))
            : null;
}
