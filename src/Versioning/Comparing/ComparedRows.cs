namespace Versioning.Comparing;

/// <summary>What several versions record, joined by group and name.</summary>
internal static class ComparedRows
{
    internal static IEnumerable<ComparedRow> Of(IReadOnlyList<ComparedVersion> versions)
    {
        foreach ((string group, bool fixedOrder, Func<ComparedVersion, IEnumerable<KeyValuePair<string, string?>>> read) in ComparedFacts.Groups)
        {
            List<Dictionary<string, string?>> facts = [.. versions.Select(version => read(version).ToDictionary(StringComparer.Ordinal))];
            IEnumerable<string> names = facts.SelectMany(fact => fact.Keys).Distinct(StringComparer.Ordinal);
            foreach (string name in fixedOrder ? names : names.Order(StringComparer.Ordinal))
            {
                string?[] values = [.. facts.Select(fact => fact.GetValueOrDefault(name))];
                if (values.Any(value => value is not null))
                {
                    yield return new ComparedRow
                    {
                        Group = group,
                        Name = name,
                        Values = values,
                        Differences = group == ComparedFacts.Metrics ? [.. values.Select((value, i) => i == 0 ? null : MetricDifference.Between(values[0], value))] : new double?[values.Length],
                    };
                }
            }
        }
    }
}
