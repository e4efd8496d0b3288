namespace Versioning.Journal;

/// <summary>Where an alias was.</summary>
internal static class AliasHistory
{
    private const int ReadsAtOnce = 16;

    /// <summary>The number that an alias named before its last move: mostly that is not long ago, so entries are read backwards.</summary>
    /// <exception cref="NotFoundException">There is no such alias, or it never moved.</exception>
    internal static async Task<long> BeforeAsync(JournalLog journal, StoreState state, string artifact, string alias, CancellationToken cancellationToken)
    {
        if (state.Find(artifact)?.Aliases.ContainsKey(alias) != true)
        {
            throw new NotFoundException("version_not_found", $"'{artifact}' has no alias '{alias}'.", $"See 'vers log {artifact}'.");
        }

        for (long last = state.Sequence; last > 0; last -= ReadsAtOnce)
        {
            long first = Math.Max(1, last - ReadsAtOnce + 1);
            (JournalEntry Entry, Digest Hash)[] entries = await Task.WhenAll(
                Enumerable.Range(0, (int)(last - first + 1)).Select(i => journal.ReadAsync(last - i, cancellationToken).AsTask())).ConfigureAwait(false);
            AliasOperation? move = entries.SelectMany(e => e.Entry.Operations.Reverse()).OfType<AliasOperation>().FirstOrDefault(o => o.Artifact == artifact && o.Alias == alias);
            if (move is not null)
            {
                return move.From ?? throw new NotFoundException("version_not_found", $"{artifact}@{alias} has named no other version before {move.To}.", $"Move it with 'vers alias {artifact} {alias} <version>'.");
            }
        }

        throw new IntegrityException("journal_broken", $"No journal entry made the alias {artifact}@{alias}.", "Run 'vers verify'.");
    }
}
