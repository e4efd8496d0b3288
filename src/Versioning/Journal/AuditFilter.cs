namespace Versioning.Journal;

/// <summary>What of the journal is asked for.</summary>
internal sealed class AuditFilter
{
    private readonly AuditOptions _options;
    private readonly Func<string, bool>? _artifact;
    private readonly ArtifactPin? _version;

    /// <exception cref="NotFoundException">The store has no such artifact or version.</exception>
    internal AuditFilter(AuditOptions options, StoreState state)
    {
        _options = options;
        _artifact = options.Artifact is { } artifact ? Artifacts(artifact, state) : null;
        if (options.Reference is { } reference)
        {
            (string name, PublishedVersion version) = References.Resolve(state, reference, evenRetired: true);
            _version = new ArtifactPin(name, version.Number, version.Digest);
        }

        if (options.Actions.FirstOrDefault(action => !AuditText.Actions.Contains(action)) is { } unknown)
        {
            throw new VersioningException("invalid_option", $"'{unknown}' is no operation of the journal.", $"There are: {string.Join(", ", AuditText.Actions)}.");
        }
    }

    /// <summary>Whether an entry may have something that is asked for.</summary>
    internal bool MayMatch(JournalEntry entry) =>
        !(entry.Time < _options.Since) && !(entry.Time >= _options.Until)
        && (_options.Author is not { } author || entry.Author.Contains(author, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether an operation of such an entry is asked for.</summary>
    internal bool Matches(AuditRecord record) =>
        (_options.Actions.Count == 0 || _options.Actions.Contains(record.Action))
        && (_artifact is null || (record.Artifact is { } artifact && _artifact(artifact)))
        && (_version is null || IsAbout(record, _version));

    private static bool IsAbout(AuditRecord record, ArtifactPin version) =>
        (record.Artifact == version.Artifact && (record.Number == version.Number || record.From == version.Number))
        || record.Inputs.Concat(record.Outputs).Any(pin => pin.Artifact == version.Artifact && pin.Digest == version.Digest);

    private static Func<string, bool> Artifacts(string text, StoreState state)
    {
        if (text.EndsWith('/'))
        {
            return name => name.StartsWith(text, StringComparison.Ordinal);
        }

        if (text.AsSpan().ContainsAny("*?["))
        {
            return new Globs([text]).IsMatch;
        }

        // A misspelt name is told, and not taken for an artifact of which nothing was decided. Runs may not have ended yet.
        return state.Find(text) is not null || state.Runs.Open.Values.Any(run => run.Name == text)
            ? name => name == text
            : throw References.NoArtifact(state, text);
    }
}
