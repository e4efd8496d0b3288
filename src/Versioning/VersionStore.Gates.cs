using Versioning.Commits;
using Versioning.Gates;
using Versioning.Journal;
using Versioning.Signing;

namespace Versioning;

/// <content>Gates: what a version has to meet before an alias names it.</content>
public sealed partial class VersionStore
{
    /// <summary>
    /// Moves an alias to a version that meets some conditions, and those of the alias's policy: comparisons such as
    /// <c>metric.f1 >= production.metric.f1 - 0.01</c>. They are checked on the very state that the move is decided on.
    /// </summary>
    /// <param name="reference">The version.</param>
    /// <param name="alias">The alias; made where it does not exist. What it would name then stands in no condition's way.</param>
    /// <param name="requirements">Conditions, all of which have to hold.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ConflictException">A condition does not hold; the message says which, and with which values. Nothing moved.</exception>
    public async Task<PromotionResult> PromoteAsync(ArtifactReference reference, string alias, IEnumerable<string>? requirements = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(alias);
        References.CheckLabel(alias, "alias");
        GateCondition[] conditions = [.. (requirements ?? []).Select(GateCondition.Parse)];
        PromotionResult? result = null;
        await _journal.AppendAsync(
            Authors.Of(_options),
            async state =>
            {
                (string artifact, PublishedVersion version) = References.Resolve(state, reference);
                GateSubject candidate = await Gate.ReadAsync(_journal, artifact, version, cancellationToken).ConfigureAwait(false);
                await Gate.CheckAsync(_journal, state, artifact, alias, candidate, conditions, cancellationToken).ConfigureAwait(false);
                result = Moving(state, artifact, alias, version);
                return NameOperations.Move(state, artifact, alias, result.After);
            },
            cancellationToken).ConfigureAwait(false);
        return result!;
    }

    /// <summary>
    /// Moves an alias back to the version that it named before its last move, if that meets its policy. Comparisons with
    /// the alias itself hold: what is left is no measure.
    /// </summary>
    /// <exception cref="NotFoundException">There is no such alias, or it has named one version only.</exception>
    /// <exception cref="ConflictException">
    /// A condition of the policy does not hold; the message says which, and with which values. Or somebody else moved it meanwhile. Nothing moved.
    /// </exception>
    public async Task<PromotionResult> RollBackAliasAsync(string artifact, string alias, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        ArgumentNullException.ThrowIfNull(alias);
        PromotionResult? result = null;
        long? leaves = null;
        long before = 0;
        await _journal.AppendAsync(
            Authors.Of(_options),
            async state =>
            {
                // Decided once: two who go back at the same time must not end where they began.
                before = leaves is null ? await AliasHistory.BeforeAsync(_journal, state, artifact, alias, cancellationToken).ConfigureAwait(false) : before;
                long now = state.Find(artifact)!.Aliases[alias];
                leaves ??= now;
                if (now != leaves && now != before)
                {
                    throw new ConflictException("alias_moved", $"{artifact}@{alias} was not moved back from {leaves} to {before}: somebody moved it from {leaves} to {now} meanwhile.", $"See 'vers audit {artifact} --action alias'.");
                }

                PublishedVersion version = state.Find(artifact)!.Live(before) ?? throw References.Retired(artifact, before);
                result = Moving(state, artifact, alias, version);
                return await GatedAsync(state, NameOperations.Move(state, artifact, alias, result.After), cancellationToken, isBack: true).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        return result!;
    }

    /// <summary>Says what a version has to meet before an alias is moved to it, by whomever: the policy is kept in the journal. None: any version may be.</summary>
    /// <remarks>In a store that trusts keys only the holder of one may do that.</remarks>
    /// <exception cref="VersioningException">A condition is none; the message says where. Or it names what can't be known of a version.</exception>
    public async Task SetPolicyAsync(string artifact, string alias, IEnumerable<string> conditions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        ArgumentNullException.ThrowIfNull(alias);
        ArgumentNullException.ThrowIfNull(conditions);
        References.CheckArtifactName(artifact);
        References.CheckLabel(alias, "alias");
        GateCondition[] parsed = [.. conditions.Select(GateCondition.Parse)];
        string[] demanded = [.. parsed.Select(condition => condition.ToString().Trim())];
        await _journal.AppendAsync(
            Authors.Of(_options),
            state =>
            {
                ArtifactState now = state.Find(artifact)
                    ?? throw References.NoArtifact(state, artifact);
                if (now.Tags.ContainsKey(alias))
                {
                    throw new ConflictException("alias_is_tag", $"'{alias}' is a tag of '{artifact}', so it can't be an alias.", "Choose another name.");
                }

                Gate.CheckNames(now, alias, parsed);
                bool isSo = now.Policies.TryGetValue(alias, out var had) ? had.SequenceEqual(demanded) : demanded.Length == 0;
                if (!isSo && !state.Trust.Keys.IsEmpty)
                {
                    Trust.RequireTrusted(state, _options.Signer);
                }

                return Task.FromResult<IReadOnlyList<JournalOperation>?>(isSo ? null : [new PolicyOperation(artifact, alias, demanded)]);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Moves, as far as the policies of the aliases let them.</summary>
    private async Task<IReadOnlyList<JournalOperation>?> GatedAsync(StoreState state, IReadOnlyList<JournalOperation>? moves, CancellationToken cancellationToken, bool isBack = false)
    {
        foreach (AliasOperation move in moves?.OfType<AliasOperation>() ?? [])
        {
            PublishedVersion to = state.Find(move.Artifact)!.Find(move.To)!;
            if (state.Find(move.Artifact)!.Policies.ContainsKey(move.Alias))
            {
                GateSubject candidate = await Gate.ReadAsync(_journal, move.Artifact, to, cancellationToken).ConfigureAwait(false);
                await Gate.CheckAsync(_journal, state, move.Artifact, move.Alias, candidate, [], cancellationToken, isBack).ConfigureAwait(false);
            }
        }

        return moves;
    }

    private static PromotionResult Moving(StoreState state, string artifact, string alias, PublishedVersion to)
    {
        ArtifactState now = state.Find(artifact)!;
        PublishedVersion? from = now.Aliases.TryGetValue(alias, out long number) ? now.Find(number) : null;
        return new PromotionResult(alias, from is null ? null : new ArtifactPin(artifact, from.Number, from.Digest), new ArtifactPin(artifact, to.Number, to.Digest));
    }
}
