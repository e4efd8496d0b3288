using Versioning.Storage;

namespace Versioning.Journal;

/// <content>
/// What rests on a checkpoint folded anew from the entries, once, by those who need it: one of an earlier version does not
/// say what versions were made from, and none is enough for who signs.
/// </content>
internal sealed partial class JournalLog
{
    /// <summary>So many entries of a remote store are read again for a checkpoint that says it; a local one has any number read.</summary>
    private const long MaxRefolded = 4096;

    /// <summary>Folds up to the head, and from entry 1 on where what was folded does not tell what versions were made from.</summary>
    internal async Task<StoreState> FoldLinkedAsync(CancellationToken cancellationToken)
    {
        StoreState state = await FoldAsync(cancellationToken).ConfigureAwait(false);
        return state.IsLinked ? state : await LinkAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<StoreState> LinkAsync(CancellationToken cancellationToken)
    {
        await _folding.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_state.IsLinked)
            {
                Volatile.Write(ref _state, await RefoldAsync(_state, cancellationToken).ConfigureAwait(false));
                _believed = null;
            }

            return _state;
        }
        finally
        {
            _folding.Release();
        }
    }

    /// <summary>
    /// Whether a signature would say more than this process knows: anybody can write a checkpoint that has another version
    /// under a number, or another key under a name, and the entry that is signed names no more than number and key.
    /// </summary>
    private static bool IsVouchedFor(JournalOperation operation, StoreState believed) =>
        operation is KeyOperation || (operation is SignOperation sign && believed.Find(sign.Artifact)?.Find(sign.Number) is not null);

    /// <summary>Folds all entries anew, so that nothing rests on a checkpoint.</summary>
    private async Task DisbelieveAsync(CancellationToken cancellationToken)
    {
        await _folding.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Volatile.Write(ref _state, await RefoldAsync(_state, cancellationToken).ConfigureAwait(false));
            _believed = null;
        }
        finally
        {
            _folding.Release();
        }
    }

    /// <summary>
    /// The state with links, for a checkpoint that others need not complete: where versions that were made from others
    /// come to those of an earlier version. Without links where that would take long or fail.
    /// </summary>
    private async Task<StoreState> LinkedIfCheapAsync(StoreState state)
    {
        if (!state.LacksLinks || (objects.IsRemote && state.Sequence > MaxRefolded))
        {
            return state;
        }

        try
        {
            return await LinkAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (VersioningException)
        {
            // What was appended is in; whoever asks for links is told what is wrong.
            return state;
        }
    }

    private async Task<StoreState> RefoldAsync(StoreState known, CancellationToken cancellationToken)
    {
        StoreState state = StoreState.Empty;
        while (state.Sequence < known.Sequence)
        {
            long first = state.Sequence + 1;
            int count = (int)Math.Min(readsAtOnce, known.Sequence - state.Sequence);
            foreach (ReadOnlyMemory<byte> bytes in await Task.WhenAll(Enumerable.Range(0, count).Select(i => ReadKeptAsync(first + i, cancellationToken))).ConfigureAwait(false))
            {
                state = state.Apply(Decode(bytes, state.Sequence + 1), Canonical.DomainHash.Entry(bytes.Span));
            }
        }

        return state.Head == known.Head
            ? state
            : throw new IntegrityException("journal_broken", $"The entries of {objects.Location} up to {known.Sequence} end with {state.Head}, and a checkpoint says {known.Head}.", "Run 'vers verify'.");
    }

    private async Task<ReadOnlyMemory<byte>> ReadKeptAsync(long sequence, CancellationToken cancellationToken)
    {
        if (kept?.Entry(sequence) is { } known)
        {
            return known;
        }

        ReadOnlyMemory<byte> bytes = await ReadBytesAsync(sequence, cancellationToken).ConfigureAwait(false) ?? throw Missing(sequence);
        kept?.Keep(StoreKeys.Entry(sequence), bytes);
        return bytes;
    }
}
