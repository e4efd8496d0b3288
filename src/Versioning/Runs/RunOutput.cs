using Versioning.Commits;
using Versioning.Journal;
using Versioning.Signing;

namespace Versioning.Runs;

/// <summary>A version that a run has made, in the store but not published.</summary>
internal sealed class RunOutput(CommitTarget target, string artifact, string path, CommitOptions options, IReadOnlyList<ArtifactPin> inputs)
{
    private readonly VersionDraft _draft = new(target, artifact, path, options);
    private readonly CommitConditions _conditions = new(artifact, options);

    internal string Artifact => artifact;

    internal VersionDraft Draft => _draft;

    /// <summary>Refuses what can't be published, before anything is stored.</summary>
    internal void Check(StoreState state)
    {
        _conditions.CheckOptions();
        _conditions.Check(state);
        new VersionSigner(target.Packs, target.Settings.Signer).Check(state, artifact, options.Sign);
    }

    /// <summary>Stores the files, again where what they refer to is gone; then they must be what they were.</summary>
    internal async Task IngestAsync(StoreState state, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        Digest? before = _draft.Root?.Digest;
        await _draft.IngestAsync(state, progress, cancellationToken).ConfigureAwait(false);

        // A patch is put over what is the latest version by now.
        if (!options.Patch && before is { } produced && produced != _draft.Root!.Value.Digest)
        {
            throw new ConflictException("output_changed", $"'{path}' is not what the run produced as '{artifact}' any more, and had to be stored again.", "Keep outputs as they are until the run has ended.");
        }
    }

    internal DraftProposal Propose(VersionFacts run, DateTimeOffset created) =>
        new(_draft, _conditions, RunFacts.Of(run, options, inputs), options, created);

    internal void CheckAgain(StoreState now) => _conditions.Check(now);
}
