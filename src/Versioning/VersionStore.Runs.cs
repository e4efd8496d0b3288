using System.Runtime.CompilerServices;
using Versioning.Commits;
using Versioning.Journal;
using Versioning.Runs;
using Versioning.Signing;

namespace Versioning;

/// <content>Runs: executions that read versions and make versions.</content>
public sealed partial class VersionStore
{
    /// <summary>
    /// Starts a run and records that. What it makes is published when it is completed, in one entry with the run itself;
    /// it is a version too, of <c>runs/train</c> for the name <c>train</c>, with its log as a file.
    /// </summary>
    /// <param name="name">What it is a run of, such as <c>train</c>: a stage, a script.</param>
    /// <param name="options">What is known of it.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="ConflictException">Another open run holds its key.</exception>
    public async Task<Run> StartRunAsync(string name, StartRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        options ??= new StartRunOptions();
        string full = References.RunName(name);
        References.CheckArtifactName(full);
        foreach ((string parameter, string value) in options.Parameters.Concat(options.Metadata))
        {
            RunParameters.Check(parameter, value);
        }

        await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
        StoreState state = await FoldAndCleanAsync(cancellationToken).ConfigureAwait(false);
        new VersionSigner(_packs, _options.Signer).Check(state, full, wanted: null);
        RunSurroundings surroundings = await Task.Run(() => RunSurroundings.Take(options), cancellationToken).ConfigureAwait(false);
        var facts = new VersionFacts(
            options.Author ?? Authors.Of(_options),
            options.Message,
            surroundings.Code,
            References.ResolvePins(state, options.Inputs),
            VersionFacts.Sorted(options.Parameters),
            [],
            VersionFacts.Sorted(options.Metadata));
        var told = new RunFacts(full, facts, surroundings);
        var start = new RunStart(Target, full, options, facts, surroundings.Command);
        (UInt128 id, RunFolder folder) = await start.RunAsync(surroundings.Patch, cancellationToken).ConfigureAwait(false);
        return new Run(this, Target, full, id, folder, options, told, surroundings);
    }

    /// <summary>Removes what runs have left on this machine that are not open.</summary>
    private async Task<StoreState> FoldAndCleanAsync(CancellationToken cancellationToken)
    {
        // Looked for before the fold: whoever had not started by then is gone, and will not.
        IReadOnlyList<RunFolder> abandoned = RunFolder.Abandoned(_options.CacheRoot, Id);
        StoreState state = await _journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        foreach (RunFolder folder in abandoned.Where(folder => !RunText.TryParse(folder.RunId, out UInt128 id) || !state.Runs.Open.ContainsKey(id)))
        {
            folder.RemoveAbandoned();
        }

        return state;
    }

    /// <summary>Refuses now what would be refused when it has been made, hours later perhaps.</summary>
    /// <param name="artifacts">What a run is to make.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ConflictException">Versions of one have to be signed, and can't be.</exception>
    internal async Task EnsureMayMakeAsync(IEnumerable<string> artifacts, CancellationToken cancellationToken)
    {
        StoreState state = await _journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        foreach (string artifact in artifacts)
        {
            References.CheckArtifactName(artifact);
            new VersionSigner(_packs, _options.Signer).Check(state, artifact, wanted: null);
        }
    }

    /// <summary>The runs that ended, newest first; each is a version, and <see cref="ArtifactVersion.Run"/> says what it did.</summary>
    /// <param name="name">Only those of this name, such as <c>train</c>; null for all.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public async IAsyncEnumerable<ArtifactVersion> ListRunsAsync(string? name = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        StoreState state = await _journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        string? full = name is null ? null : References.RunName(name);
        var runs = state.Artifacts
            .Where(artifact => full is null ? References.IsRunName(artifact.Key) : artifact.Key == full)
            .SelectMany(artifact => artifact.Value.Versions.Where(version => !version.Retired).Select(version => (artifact.Key, artifact.Value, Version: version)))
            .OrderByDescending(run => run.Version.Sequence);
        foreach ((string artifact, ArtifactState all, PublishedVersion version) in runs)
        {
            yield return await DescribeAsync(artifact, all, version, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The run that succeeded last with a key, anywhere: what it made can be taken instead of being made again.</summary>
    /// <param name="key">One digest of all that the outputs depend on, as <see cref="StartRunOptions.Key"/> had it.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns>The run, or null where there is none or it was retired.</returns>
    public async Task<ArtifactVersion?> FindRunAsync(Digest key, CancellationToken cancellationToken = default)
    {
        StoreState state = await _journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        return state.Runs.Keys.TryGetValue(key, out RunNumber run) && state.Find(run.Name) is { } all && all.Live(run.Number) is { } version
            ? await DescribeAsync(run.Name, all, version, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>The runs that started and have not ended, oldest first. Whether one still runs, only its machine can tell.</summary>
    public async IAsyncEnumerable<OpenRunInfo> ListOpenRunsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        StoreState state = await _journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        foreach ((UInt128 id, OpenRun open) in state.Runs.Open.OrderBy(run => run.Value.Sequence))
        {
            bool? isAlive = RunFolder.IsHeld(_options.CacheRoot, Id, RunText.Of(id));
            yield return await OpenRuns.DescribeAsync(_journal, id, open, isAlive, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends an open run that does not run any more, as lost: from then on it can't publish anything, and its key is free.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="message">Why. Default: who started it, and where.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="NotFoundException">No run with that id is open.</exception>
    public async Task<ArtifactVersion> DeclareRunLostAsync(string id, string? message = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
        ArtifactPin run = await new LostRun(Target, id, Authors.Of(_options), message ?? "").RunAsync(null, cancellationToken).ConfigureAwait(false);
        return await ResolveAsync(run, CancellationToken.None).ConfigureAwait(false);
    }
}
