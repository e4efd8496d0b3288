using Versioning.Journal;

namespace Versioning.Commits;

/// <summary>What the options of a commit ask of the state that it is published on; asked anew on every newer one.</summary>
internal sealed class CommitConditions(string artifact, CommitOptions options)
{
    /// <summary>Refuses options that can't hold anywhere.</summary>
    internal void CheckOptions()
    {
        References.CheckArtifactName(artifact);
        if (References.IsRunName(artifact))
        {
            throw new VersioningException("invalid_name", $"'{artifact}' is a name of runs, which are recorded when they end.", $"Choose a name that does not begin with '{References.RunPrefix}'.");
        }

        if (options.Tag is { } tag)
        {
            References.CheckLabel(tag, "tag");
        }

        if (options.Alias is { } alias)
        {
            References.CheckLabel(alias, "alias");
        }

        foreach ((string name, double value) in options.Metrics)
        {
            if (!double.IsFinite(value))
            {
                throw new VersioningException("invalid_metric", $"The metric '{name}' is {value}; metrics are finite numbers.");
            }
        }

        if (options.Remove.Count > 0 && !options.Patch)
        {
            throw new VersioningException("invalid_option", "Paths can be removed in a patch only.", "Add --patch, or commit the whole folder without them.");
        }
    }

    internal void Check(StoreState state)
    {
        ArtifactState now = state.Find(artifact) ?? ArtifactState.Empty;
        long latest = now.Latest?.Number ?? 0;
        if (options.ExpectLatest is { } expected && expected != latest && expected != latest - 1)
        {
            throw LatestMoved(latest, expected);
        }

        if (options.Tag is { } tag && (now.Aliases.ContainsKey(tag) || (now.Tags.TryGetValue(tag, out long tagged) && tagged != latest)))
        {
            throw TagTaken(tag);
        }

        if (options.Tag is { } wanted && now.Policies.ContainsKey(wanted))
        {
            throw NameOperations.IsAlias(artifact, wanted);
        }

        if (options.Alias is { } alias && now.Tags.ContainsKey(alias))
        {
            throw new ConflictException("alias_is_tag", $"'{alias}' is a tag of '{artifact}', so it can't be an alias.", "Choose another name.");
        }
    }

    /// <summary>Once it is known whether a version is made.</summary>
    internal void CheckLatest(PublishedVersion? latest, bool isUnchanged)
    {
        if (options.ExpectLatest is { } expected && expected != (latest?.Number ?? 0) && !isUnchanged)
        {
            throw LatestMoved(latest?.Number ?? 0, expected);
        }
    }

    /// <summary>The names that the options ask for.</summary>
    internal void AddNames(List<JournalOperation> operations, ArtifactState now, long number)
    {
        if (options.Tag is { } tag)
        {
            bool exists = now.Tags.TryGetValue(tag, out long tagged);
            if (exists && tagged != number)
            {
                throw TagTaken(tag);
            }

            if (!exists)
            {
                operations.Add(new TagOperation(artifact, tag, number));
            }
        }

        if (options.Alias is { } alias)
        {
            long? from = now.Aliases.TryGetValue(alias, out long at) ? at : null;
            if (from != number)
            {
                operations.Add(new AliasOperation(artifact, alias, from, number));
            }
        }
    }

    // One further on may be this very commit, the answer of which was lost; that shows when the content is known.
    private ConflictException LatestMoved(long latest, long expected) =>
        new("latest_moved", $"The latest version of '{artifact}' is {latest}, not {expected}.", "Look at what changed, then commit with the new number.");

    private ConflictException TagTaken(string tag) =>
        new("tag_taken", $"'{tag}' already names another version of '{artifact}'.", "A tag never moves: choose another, or use an alias.");
}
