using Versioning.Journal;
using Versioning.Packs;
using Versioning.Signing;
using Versioning.Storage;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>The part of a store that a copy comes from.</summary>
internal sealed record CopySource(string Location, JournalLog Journal, PackReader Packs);

/// <summary>Copies versions, one after another: what the target lacks into new packs, then one entry for each by the writer's steps.</summary>
internal sealed class CopyOperation(CopySource source, CommitTarget target, CopyOptions options, IProgress<TransferProgress>? progress)
{
    private const int MaxAttempts = 5, LeastReadsAtOnce = 8;

    private readonly ChunkIndex _index = new();
    private long _bytes, _files, _totalBytes, _totalFiles;

    internal async Task<IReadOnlyList<CopiedVersion>> RunAsync(IEnumerable<ArtifactReference> references, CancellationToken cancellationToken)
    {
        StoreState state = await source.Journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PlannedCopy> plan = await new CopyPlan(source.Journal, state, source.Location).MakeAsync(references, options.WithInputs, cancellationToken).ConfigureAwait(false);
        (_totalBytes, _totalFiles) = (plan.Sum(copy => copy.Record.ByteCount), plan.Sum(copy => copy.Record.FileCount));
        var copied = new List<CopiedVersion>();
        foreach (PlannedCopy copy in plan)
        {
            List<string> tags = options.WithTags ? VersionNames.Of(state.Find(copy.Artifact)!).Tags(copy.Version.Number) : [];
            copied.Add(await CopyAsync(copy, tags, cancellationToken).ConfigureAwait(false));
        }

        return copied;
    }

    private async Task<CopiedVersion> CopyAsync(PlannedCopy copy, List<string> tags, CancellationToken cancellationToken)
    {
        var draft = new DraftContent(target, copy.Artifact, _index);
        var signer = new VersionSigner(target.Packs, target.Settings.Signer);
        (long bytes, long files) = (_bytes, _files);
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            (_bytes, _files) = (bytes, files);
            StoreState state = await target.Journal.FoldAsync(cancellationToken).ConfigureAwait(false);
            signer.Check(state, copy.Artifact, options.Sign);
            bool moves = Find(state, copy) is null;
            if (moves)
            {
                await draft.MakeAsync(state, (known, session) => TransferAsync(copy, state, known, session, cancellationToken), cancellationToken).ConfigureAwait(false);
            }

            bool restart = false, there = false;
            long number = 0;
            List<string> set = [], taken = [];
            async Task<IReadOnlyList<JournalOperation>?> Propose(StoreState now)
            {
                PublishedVersion? had = Find(now, copy);
                there = had is not null;
                restart = !there && !await draft.IsValidAsync(now, cancellationToken).ConfigureAwait(false);
                if (restart)
                {
                    return null;
                }

                ArtifactState artifact = now.Find(copy.Artifact) ?? ArtifactState.Empty;
                number = had?.Number ?? artifact.Versions.Count + 1;
                List<JournalOperation> operations = there ? [] : [draft.Publish(number, copy.Bytes)];
                ArtifactPin pin = copy.Pin with { Number = number };
                SignOperation? signed = had is null
                    ? await signer.SignAsync(now, pin, draft.Root!.Value.Digest, draft.Root.Value.Place, options.Sign, cancellationToken).ConfigureAwait(false)
                    : await signer.SignAsync(now, copy.Artifact, had, options.Sign, cancellationToken).ConfigureAwait(false);
                operations.AddRange(signed is null ? [] : [signed]);
                (set, taken) = AddTags(operations, artifact, copy.Artifact, number, tags);
                return operations.Count > 0 ? operations : null;
            }

            await target.Journal.AppendAsync(Authors.Of(target.Settings), Propose, cancellationToken).ConfigureAwait(false);
            if (!restart)
            {
                draft.Published();
                Report(moves ? 0 : copy.Record.ByteCount, moves ? 0 : copy.Record.FileCount);
                return new CopiedVersion(copy.Pin, copy.Pin with { Number = number }, there, draft.StoredBytes, set, taken);
            }
        }

        throw new ConflictException("copy_contended", $"Copying {copy.Pin} was overtaken {MaxAttempts} times by what collects in {target.Objects.Location}.", "Try again.");
    }

    /// <summary>The same version in the target: one that lives there.</summary>
    private static PublishedVersion? Find(StoreState state, PlannedCopy copy) =>
        state.Find(copy.Artifact)?.Versions.FindLast(version => version.Digest == copy.Version.Digest && !version.Retired);

    private static (List<string> Set, List<string> Taken) AddTags(List<JournalOperation> operations, ArtifactState now, string artifact, long number, List<string> tags)
    {
        List<string> set = [], taken = [];
        foreach (string tag in tags)
        {
            if (now.IsOfAlias(tag) || (now.Tags.TryGetValue(tag, out long named) && named != number))
            {
                taken.Add(tag);
            }
            else if (!now.Tags.ContainsKey(tag))
            {
                set.Add(tag);
                operations.Add(new TagOperation(artifact, tag, number));
            }
        }

        return (set, taken);
    }

    private async Task<ManifestRoot> TransferAsync(PlannedCopy copy, StoreState state, KnownPacks known, PackSession session, CancellationToken cancellationToken)
    {
        await known.LoadDataAsync(cancellationToken).ConfigureAwait(false);
        ManifestReader? basis = state.Find(copy.Artifact)?.Latest is { } latest ? new ManifestReader(target.Packs, latest.Content, latest.Root, known.AddNode) : null;
        PackReader packs = source.Packs.For(() => source.Journal.State.Find(copy.Artifact)?.Live(copy.Version.Number) is null ? References.Retired(copy.Artifact, copy.Version.Number) : null);
        var chunks = new ChunkSource(packs, Math.Max(LeastReadsAtOnce, target.Settings.ReadsOf(source.Packs.Objects)));
        var scan = new CopyScan(packs, chunks, basis, new ReusableParts(target.Packs, state), known);
        var manifest = new ManifestCopy(packs, scan, basis, known, session, Report);
        return await manifest.RunAsync(copy.Version.Content, copy.Version.Root, cancellationToken).ConfigureAwait(false);
    }

    private void Report(long bytes, long files)
    {
        _bytes += bytes;
        _files += files;
        progress?.Report(new TransferProgress(_bytes, Math.Max(_bytes, _totalBytes), _files, Math.Max(_files, _totalFiles)));
    }
}
