using Versioning.Journal;

namespace Versioning.Gates;

/// <summary>Whether an alias may be moved to a version: what its policy in the journal demands, and what the mover does beside.</summary>
internal static class Gate
{
    /// <param name="journal">Reads the records of other versions.</param>
    /// <param name="state">The state that the move is proposed for.</param>
    /// <param name="artifact">The artifact.</param>
    /// <param name="alias">The alias that is moved.</param>
    /// <param name="candidate">The version that it is moved to.</param>
    /// <param name="also">More conditions.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="isBack">Whether the alias goes back: then the version that it leaves is no measure, as if it named nothing yet.</param>
    /// <exception cref="ConflictException">One does not hold.</exception>
    internal static async Task CheckAsync(
        JournalLog journal, StoreState state, string artifact, string alias, GateSubject candidate, IReadOnlyList<GateCondition> also, CancellationToken cancellationToken, bool isBack = false)
    {
        ArtifactState now = state.Find(artifact) ?? ArtifactState.Empty;
        IReadOnlyList<string> policy = now.Policies.TryGetValue(alias, out var demanded) ? demanded : [];
        GateCondition[] conditions = [.. policy.Select(GateCondition.Parse), .. also];
        if (conditions.Length == 0)
        {
            return;
        }

        var others = new Dictionary<string, GateSubject?>(StringComparer.Ordinal);
        foreach ((string name, PublishedVersion? named) in Others(now, alias, conditions, isBack))
        {
            others[name] = named is null ? null : await ReadAsync(journal, artifact, named, cancellationToken).ConfigureAwait(false);
        }

        var reproductions = new Dictionary<string, GateValue>(StringComparer.Ordinal);
        foreach (IReadOnlyList<string> path in conditions.SelectMany(condition => condition.Names).Select(name => name.Path).Where(path => path[^1] is ReproductionRecord.Reproducible or ReproductionRecord.Reproduced))
        {
            VersionRecord? asked = (path.Count == 1 ? candidate : path.Count == 2 ? others.GetValueOrDefault(path[0]) : null)?.Record;
            if (asked is not null)
            {
                reproductions[string.Join('.', path)] = await new ReproductionRecord(journal, state).LookAsync(path[^1], asked, cancellationToken).ConfigureAwait(false);
            }
        }

        var facts = new GateFacts(candidate, others, reproductions);
        string[] refused = [.. conditions.Select(condition => (Condition: condition, Result: condition.Evaluate(facts.Look))).Where(c => !c.Result.Holds).Select(c => $"\"{c.Condition}\": {c.Result.Reason}")];
        if (refused.Length > 0)
        {
            throw new ConflictException("gate_refused", $"{artifact}@{alias} was not moved{(isBack ? " back" : "")}: {string.Join(". ", refused)}.", isBack
                ? $"See 'vers audit {artifact} --action alias' for what it named before, and move it with 'vers promote'; or change the policy, which is recorded: vers policy {artifact}@{alias}"
                : "Move it to a version that meets the conditions. Policies are listed by 'vers policy'.");
        }
    }

    /// <summary>Refuses conditions that no move could be decided on, whatever the version: they ask for what is known of none.</summary>
    /// <exception cref="VersioningException">One names what can't be known.</exception>
    internal static void CheckNames(ArtifactState now, string alias, IReadOnlyList<GateCondition> conditions)
    {
        var facts = new GateFacts(
            GateSubject.Blank,
            Others(now, alias, conditions, isBack: false).ToDictionary(other => other.Name, GateSubject? (_) => null, StringComparer.Ordinal),
            new Dictionary<string, GateValue>());
        foreach (GateCondition condition in conditions)
        {
            condition.CheckNames(facts.Look);
        }
    }

    /// <summary>What of the artifact the conditions name beside the candidate, as far as that is known; null: it names nothing yet.</summary>
    private static IEnumerable<(string Name, PublishedVersion? Version)> Others(ArtifactState now, string alias, IReadOnlyList<GateCondition> conditions, bool isBack)
    {
        foreach (string name in conditions.SelectMany(condition => condition.Names).Where(name => name.Path.Count > 1).Select(name => name.Path[0]).Distinct())
        {
            PublishedVersion? named = isBack && name == alias ? null
                : name == "latest" ? now.Latest
                : now.Aliases.TryGetValue(name, out long number) || now.Tags.TryGetValue(name, out number) ? now.Find(number)
                : null;
            if (named is not null || name == alias || now.Policies.ContainsKey(name))
            {
                yield return (name, named);
            }
        }
    }

    /// <summary>A version as conditions see it.</summary>
    internal static async Task<GateSubject> ReadAsync(JournalLog journal, string artifact, PublishedVersion version, CancellationToken cancellationToken) =>
        new(await journal.ReadRecordAsync(artifact, version, cancellationToken).ConfigureAwait(false), !version.Signatures.IsEmpty);
}
