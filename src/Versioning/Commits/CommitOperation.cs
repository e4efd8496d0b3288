using Versioning.Files;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>One commit: ingest, then publish by the writer's steps; ingest again only where a reference became invalid.</summary>
internal sealed class CommitOperation(ObjectStore objects, JournalLog journal, PackReader packs, VersionStoreOptions settings, Func<string> storeId, string artifact, CommitOptions options)
{
    private const int MaxIngests = 5;

    private readonly ChunkIndex _index = new();
    private readonly ReferenceCheck _references = new(packs);

    /// <returns>The artifact's state after the commit, the number of the version, whether it was there before, bytes added.</returns>
    internal async Task<(long Number, bool Unchanged, long StoredBytes)> RunAsync(string path, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        objects.RequireWritable();
        CheckOptions();
        StoreState state = await journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        CheckConditions(state);
        ArtifactPin[] inputs = [.. options.Inputs.Select(input => References.Resolve(state, input)).Select(i => new ArtifactPin(i.Artifact, i.Version.Number, i.Version.Digest))];
        CodeCommit? code = !options.RecordCode ? null : options.Code ?? GitCheckout.Find(path) ?? GitCheckout.Find(Environment.CurrentDirectory);
        string cache = settings.CacheDirectory ?? CacheDirectory.Default();
        var uploads = new UploadLog(cache, storeId(), artifact);
        IReadOnlyList<PackId> left = uploads.Read();
        var session = new PackSession(packs, _index, uploads.Add);
        for (int attempt = 0; attempt < MaxIngests; attempt++)
        {
            PublishedVersion? parent = state.Find(artifact)?.Latest;
            var known = new KnownPacks(packs, state, artifact, _index, left);
            ManifestRoot root = await IngestAsync(path, cache, state, parent, known, session, progress, cancellationToken).ConfigureAwait(false);
            ChunkRef? summary = await session.FinishAsync(known.FindAsync, known.TakenUp, cancellationToken).ConfigureAwait(false);
            VersionRecord record = Record(state, root, inputs, code);
            bool restart = false;
            long number = 0;
            bool unchanged = false;
            async Task<IReadOnlyList<JournalOperation>?> Propose(StoreState now)
            {
                CheckConditions(now);
                state = now;
                PublishedVersion? latest = now.Find(artifact)?.Latest;
                // A patch says what changes in the latest version: in another one it would undo someone's work.
                restart = (options.Patch && latest != parent) || (summary is { } place && !now.IsValid(place)) || !await _references.IsValidAsync(now, root, cancellationToken).ConfigureAwait(false);
                if (restart)
                {
                    return null;
                }

                unchanged = latest is not null && await IsSameAsync(latest, record, cancellationToken).ConfigureAwait(false);
                if (options.ExpectLatest is { } expected && expected != (latest?.Number ?? 0) && !unchanged)
                {
                    throw LatestMoved(latest?.Number ?? 0, expected);
                }

                number = unchanged ? latest!.Number : (now.Find(artifact)?.Versions.Count ?? 0) + 1;
                var operations = new List<JournalOperation>();
                if (!unchanged)
                {
                    operations.Add(new PublishOperation(artifact, number, record.Encode(), root.Place, summary));
                }

                AddNames(operations, now.Find(artifact) ?? ArtifactState.Empty, number);
                return operations.Count > 0 ? operations : null;
            }

            AppendedEntry? entry = await journal.AppendAsync(record.Author, Propose, cancellationToken).ConfigureAwait(false);
            if (!restart)
            {
                uploads.Clear();
                return (number, unchanged, session.StoredBytes + (entry?.Length ?? 0));
            }
        }

        throw new ConflictException("commit_contended", $"The commit of '{artifact}' was overtaken {MaxIngests} times.", "Try again when fewer writers patch the same artifact.");
    }

    private async Task<ManifestRoot> IngestAsync(string path, string cache, StoreState state, PublishedVersion? parent, KnownPacks known, PackSession session, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        // Never the own manifest of an earlier attempt: its nodes may be what was condemned. What is still valid of the own packs is found by its digest.
        ManifestReader? basis = parent is not null ? new ManifestReader(packs, parent.Content, parent.Root, known.AddNode) : null;
        var filter = new PathFilter(options.Include, options.Exclude);
        using SourceTree source = SourceTree.Open(path, filter);
        var ingest = new Ingest(source, packs, basis, new ReusableParts(packs, state), known, session, options, settings.Concurrency, settings.Time);
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (progress is null || options.Patch)
        {
            return await ingest.RunAsync(cache, root, progress, cancellationToken).ConfigureAwait(false);
        }

        var counted = new CountedProgress(progress, path, filter, settings.Time);
        await using (counted.ConfigureAwait(false))
        {
            return await ingest.RunAsync(cache, root, counted, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsSameAsync(PublishedVersion latest, VersionRecord record, CancellationToken cancellationToken)
    {
        if (latest.Content != record.Content || latest.Kind != record.Kind)
        {
            return false;
        }

        VersionRecord old = await journal.ReadRecordAsync(artifact, latest, cancellationToken).ConfigureAwait(false);
        return old.Inputs.SequenceEqual(record.Inputs)
            && old.Parameters.SequenceEqual(record.Parameters)
            && old.Metrics.SequenceEqual(record.Metrics)
            && old.Metadata.SequenceEqual(record.Metadata);
    }

    private VersionRecord Record(StoreState state, ManifestRoot root, IReadOnlyList<ArtifactPin> inputs, CodeCommit? code)
    {
        ArtifactKind kind = options.Kind ?? state.Find(artifact)?.Latest?.Kind
            ?? (artifact.StartsWith("models/", StringComparison.Ordinal) ? ArtifactKind.Model : ArtifactKind.Dataset);
        return new VersionRecord(
            artifact,
            kind,
            root.Digest,
            root.Files,
            root.Bytes,
            settings.Time.GetUtcNow(),
            Author(),
            options.Message,
            ToolVersion.Text,
            code,
            inputs,
            [.. options.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal)],
            [.. options.Metrics.OrderBy(p => p.Key, StringComparer.Ordinal)],
            [.. options.Metadata.OrderBy(p => p.Key, StringComparer.Ordinal)]);
    }

    private string Author() => options.Author ?? Authors.Of(settings);

    private void AddNames(List<JournalOperation> operations, ArtifactState now, long number)
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

    private void CheckConditions(StoreState state)
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

        if (options.Alias is { } alias && now.Tags.ContainsKey(alias))
        {
            throw new ConflictException("alias_is_tag", $"'{alias}' is a tag of '{artifact}', so it can't be an alias.", "Choose another name.");
        }
    }

    // One further on may be this very commit, the answer of which was lost; that shows when the content is known.
    private ConflictException LatestMoved(long latest, long expected) =>
        new("latest_moved", $"The latest version of '{artifact}' is {latest}, not {expected}.", "Look at what changed, then commit with the new number.");

    private ConflictException TagTaken(string tag) =>
        new("tag_taken", $"'{tag}' already names another version of '{artifact}'.", "A tag never moves: choose another, or use an alias.");

    private void CheckOptions()
    {
        References.CheckArtifactName(artifact);
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
}
