using Versioning.Journal;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Sets a tag.</summary>
internal sealed class Tagger(string name, long number, string tag) : Actor(name)
{
    private IReadOnlyList<JournalOperation>? _first;

    protected override Task<long?> ActAsync() => Journal.AppendAsync(Name, now =>
        _first = _first is not null && !Keeps(Rule.TagAnew) ? _first : NameOperations.Tag(now, $"{StoreBuilder.Artifact}@{number}", tag));
}

/// <summary>Moves an alias from where it is expected; empty: it must not exist.</summary>
internal sealed class AliasMover(string name, string alias, long target, string expected) : Actor(name)
{
    private bool _expected;

    /// <summary>Where the alias must have been, by the witness, when the entry was created.</summary>
    internal long? From => expected.Length == 0 ? null : long.Parse(expected, System.Globalization.CultureInfo.InvariantCulture);

    internal string Alias => alias;

    protected override async Task<long?> ActAsync()
    {
        bool lost = false;
        long? position = await Journal.AppendAsync(Name, now =>
        {
            _expected = (_expected && !Keeps(Rule.ExpectAnew)) || NameOperations.IsExpected(now, StoreBuilder.Artifact, alias, expected);
            lost = !_expected;
            return lost ? null : NameOperations.Move(now, StoreBuilder.Artifact, alias, $"{StoreBuilder.Artifact}@{target}");
        });
        if (lost)
        {
            throw new ConflictException("alias_moved", "The alias is not where it was expected.");
        }

        if (position is { } at && Execution.Witness.States[(int)at - 1].Find(StoreBuilder.Artifact) is { } before)
        {
            long? from = before.Aliases.TryGetValue(alias, out long number) ? number : null;
            if (from != From)
            {
                Execution.Witness.Report($"{Name} moved {alias} from {from}, where it did not expect it");
            }
        }

        return position;
    }
}

/// <summary>Retires a version, as far as it has no names.</summary>
internal sealed class Retirer(string name, long number) : Actor(name)
{
    private bool _first;

    protected override Task<long?> ActAsync() => Journal.AppendAsync(Name, now =>
    {
        if (!_first || Keeps(Rule.RetireAnew))
        {
            ArtifactState? artifact = now.Find(StoreBuilder.Artifact);
            if (artifact?.Live(number) is null || artifact.Tags.ContainsValue(number) || artifact.Aliases.ContainsValue(number))
            {
                throw new ConflictException("version_named", "The version has names, or does not live.");
            }
        }

        _first = true;
        return [new RetireOperation(StoreBuilder.Artifact, number)];
    });
}
