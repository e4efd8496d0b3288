using Versioning.Journal;

namespace Versioning;

/// <summary>What setting a tag or moving an alias means in a state; asked anew on every newer one.</summary>
internal static class NameOperations
{
    internal static IReadOnlyList<JournalOperation>? Tag(StoreState state, ArtifactReference reference, string tag)
    {
        (string artifact, PublishedVersion version) = References.Resolve(state, reference);
        ArtifactState now = state.Find(artifact)!;
        if (now.Tags.TryGetValue(tag, out long tagged))
        {
            return tagged == version.Number
                ? null
                : throw new ConflictException("tag_taken", $"'{tag}' already names {artifact}@{tagged}.", "A tag never moves: choose another, or use an alias.");
        }

        return now.IsOfAlias(tag)
            ? throw IsAlias(artifact, tag)
            : [new TagOperation(artifact, tag, version.Number)];
    }

    /// <summary>A tag would have a name that a policy says something of, without meeting it and for ever.</summary>
    internal static ConflictException IsAlias(string artifact, string tag) =>
        new("tag_is_alias", $"'{tag}' is an alias of '{artifact}', so it can't be a tag.", "Choose another name. 'vers policy' lists names that are kept for aliases.");

    internal static IReadOnlyList<JournalOperation>? Move(StoreState state, string artifact, string alias, ArtifactReference target)
    {
        (string found, PublishedVersion version) = References.Resolve(state, Within(artifact, target.ToString()));
        if (found != artifact)
        {
            throw new VersioningException("invalid_reference", $"'{target}' is not a version of '{artifact}'.", "An alias names a version of its own artifact.");
        }

        ArtifactState now = state.Find(artifact)!;
        if (now.Tags.ContainsKey(alias))
        {
            throw new ConflictException("alias_is_tag", $"'{alias}' is a tag of '{artifact}', so it can't be an alias.", "Choose another name.");
        }

        long? from = now.Aliases.TryGetValue(alias, out long at) ? at : null;
        return from == version.Number ? null : [new AliasOperation(artifact, alias, from, version.Number)];
    }

    internal static bool IsExpected(StoreState state, string artifact, string alias, string? expected)
    {
        if (expected is null)
        {
            return true;
        }

        long? now = state.Find(artifact)?.Aliases.TryGetValue(alias, out long at) == true ? at : null;
        return expected.Length == 0 ? now is null : now is not null && References.Resolve(state, Within(artifact, expected)).Version.Number == now;
    }

    /// <summary>A bare selector is meant within the artifact; a whole reference stays what it is.</summary>
    private static ArtifactReference Within(string artifact, string text) =>
        text.StartsWith('@') ? artifact + text
        : text == artifact || text.StartsWith(artifact + "@", StringComparison.Ordinal) || text.Contains('@', StringComparison.Ordinal) ? text
        : $"{artifact}@{text}";
}
