using Versioning.Commits;
using Versioning.Journal;
using Versioning.Runs;

namespace Versioning;

/// <summary>
/// One execution of something that reads versions and makes versions: an experiment. What it used, was told, measured
/// and made is published by its end, in one journal entry: all of it or nothing. Safe for use from many threads.
/// </summary>
/// <remarks>One that is disposed of before it was completed is recorded as failed, and one that vanishes stays open until somebody declares it lost.</remarks>
public sealed class Run : IAsyncDisposable
{
    private readonly VersionStore _store;
    private readonly CommitTarget _target;
    private readonly StartRunOptions _options;
    private readonly UInt128 _id;
    private readonly RunFacts _facts;
    private readonly RunSurroundings _surroundings;
    private readonly RunFolder _folder;
    private readonly List<RunOutput> _outputs = [];
    private readonly DateTimeOffset _started;
    private readonly SemaphoreSlim _ending = new(1, 1);
    private bool _isDisposed;

    internal Run(VersionStore store, CommitTarget target, string name, UInt128 id, RunFolder folder, StartRunOptions options, RunFacts facts, RunSurroundings surroundings)
    {
        (_store, _target, Name, _id, _folder, _options, _facts, _surroundings) = (store, target, name, id, folder, options, facts, surroundings);
        _started = target.Settings.Time.GetUtcNow();
    }

    /// <summary>What it is a run of, such as <c>runs/train</c>.</summary>
    public string Name { get; }

    /// <summary>Its id: 32 hexadecimal digits. Its number is known when it has ended.</summary>
    public string Id => RunText.Of(_id);

    /// <summary>How it ended; null: not yet.</summary>
    public RunOutcome? Outcome { get; private set; }

    /// <summary>Its log, kept as <c>log.txt</c>.</summary>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    public TextWriter Log
    {
        get
        {
            RequireOpen();
            return _folder.Log;
        }
    }

    /// <summary>Brings a version into this machine's cache, verified, and records it as an input.</summary>
    /// <param name="reference">The version; what it names now.</param>
    /// <param name="include">Globs of the paths that are wanted. Default: all.</param>
    /// <param name="progress">Told of bytes and files.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The folder, to read from; it stays until this is disposed.</returns>
    public async Task<LocalVersion> UseAsync(ArtifactReference reference, IReadOnlyList<string>? include = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        LocalVersion local = await _store.FetchAsync(reference, include, progress, cancellationToken).ConfigureAwait(false);
        _facts.Used(local.Pin);
        return local;
    }

    /// <summary>Writes the files of a version into a folder, as <see cref="VersionStore.FetchAsync(ArtifactReference, string, FetchOptions?, IProgress{TransferProgress}?, CancellationToken)"/> does, and records it as an input.</summary>
    public async Task<FetchResult> UseAsync(ArtifactReference reference, string target, FetchOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        FetchResult fetched = await _store.FetchAsync(reference, target, options, progress, cancellationToken).ConfigureAwait(false);
        _facts.Used(fetched.Version.Pin);
        return fetched;
    }

    /// <summary>Records a parameter; it has one value in a run.</summary>
    /// <exception cref="ConflictException">It was recorded with another value.</exception>
    /// <exception cref="VersioningException">It looks like a credential, or is more than can be recorded.</exception>
    public void LogParameter(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        RequireOpen();
        RunParameters.Check(name, value);
        _facts.Parameter(name, value);
    }

    /// <summary>
    /// Records a metric. The last value is that of run and outputs; all are kept, one line of JSON each, in
    /// <c>metrics.jsonl</c>. What is not finite is kept there only.
    /// </summary>
    /// <param name="name">Its name, such as <c>auc</c> or <c>loss</c>.</param>
    /// <param name="value">Its value.</param>
    /// <param name="step">Where it is one of a series: which.</param>
    /// <exception cref="VersioningException">The name is none, or there are more than can be recorded.</exception>
    public void LogMetric(string name, double value, long? step = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        RequireOpen();
        RunParameters.CheckText(name);
        _facts.Metric(name, value);
        _folder.Metric(name, value, step, _target.Settings.Time.GetUtcNow());
    }

    /// <summary>Keeps a file with the run, beside its log.</summary>
    internal void Keep(string name, ReadOnlySpan<byte> content)
    {
        RequireOpen();
        _folder.Write(name, content);
    }

    /// <summary>Stores a folder or a file as what the run made; it is published, as a version, when the run succeeds.</summary>
    /// <param name="artifact">The artifact's name; each once in a run.</param>
    /// <param name="path">The folder, or the one file; it stays as it is until the run has ended.</param>
    /// <param name="options">What to record of this output beside what the run records, its tag and alias too.</param>
    /// <param name="progress">Told of bytes and files.</param>
    /// <param name="cancellationToken">Ends it; what was stored so far is used by the next try.</param>
    public async Task ProduceAsync(string artifact, string path, CommitOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new CommitOptions();
        await _ending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RequireOpen();
            if (_outputs.Any(output => output.Artifact == artifact))
            {
                throw new ConflictException("output_repeated", $"The run has produced '{artifact}' already.", "A run makes one version of an artifact: put all files into one folder.");
            }

            StoreState state = await _target.Journal.FoldAsync(cancellationToken).ConfigureAwait(false);
            ArtifactPin[] inputs = References.ResolvePins(state, options.Inputs);
            var output = new RunOutput(_target, artifact, path, options, inputs);
            output.Check(state);
            await output.IngestAsync(state, progress, cancellationToken).ConfigureAwait(false);
            _outputs.Add(output);
        }
        finally
        {
            _ending.Release();
        }
    }

    /// <summary>Ends the run: it and all that it produced are published.</summary>
    /// <returns>The run, as the version that it is now; <see cref="RunDetails.Outputs"/> says what it made.</returns>
    /// <param name="cancellationToken">Ends the attempt; nothing is published then, and the run is still open.</param>
    /// <exception cref="ConflictException">The run was declared lost meanwhile, or a condition of an output does not hold; nothing was published.</exception>
    public Task<ArtifactVersion> CompleteAsync(CancellationToken cancellationToken = default) => EndAsync(RunOutcome.Succeeded, null, 0, cancellationToken);

    /// <summary>Ends the run as failed: it is recorded, and what it produced is not published.</summary>
    /// <param name="message">Why; kept at the end of the log.</param>
    /// <param name="exitCode">The exit code of its command, or null.</param>
    /// <param name="cancellationToken">Ends the attempt; the run is still open then.</param>
    public Task<ArtifactVersion> FailAsync(string? message = null, int? exitCode = null, CancellationToken cancellationToken = default) => EndAsync(RunOutcome.Failed, message, exitCode, cancellationToken);

    /// <summary>Ends the run as cancelled: it is recorded, and what it produced is not published.</summary>
    /// <param name="message">Why; kept at the end of the log.</param>
    /// <param name="cancellationToken">Ends the attempt; the run is still open then.</param>
    public Task<ArtifactVersion> CancelAsync(string? message = null, CancellationToken cancellationToken = default) => EndAsync(RunOutcome.Cancelled, message, null, cancellationToken);

    /// <summary>Records a run that was not ended as failed; where the store can't be reached, it stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (Outcome is null)
        {
            try
            {
                await FailAsync("The run was not completed.").ConfigureAwait(false);
            }
            catch (Exception e) when (e is VersioningException or IOException or UnauthorizedAccessException)
            {
                Versioning.Log.RunLeftOpen(_target.Settings.Logger, e, Name, Id);
                _folder.Dispose();
            }
        }

        _ending.Dispose();
    }

    /// <summary>Records metadata that was not known when the run started.</summary>
    internal void Note(string name, string value)
    {
        RequireOpen();
        RunParameters.Check(name, value);
        _facts.Note(name, value);
    }

    private async Task<ArtifactVersion> EndAsync(RunOutcome outcome, string? message, int? exitCode, CancellationToken cancellationToken)
    {
        await _ending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RequireOpen();
            if (!string.IsNullOrEmpty(message))
            {
                await _folder.Log.WriteLineAsync(message.AsMemory(), cancellationToken).ConfigureAwait(false);
            }

            _folder.Close();
            RunOutput[] outputs = outcome == RunOutcome.Succeeded ? [.. _outputs] : [];
            var record = new RunRecord(
                _id,
                _options.Definition,
                _options.Key,
                _surroundings.Command,
                _surroundings.Environment,
                _started,
                _target.Settings.Time.GetUtcNow(),
                outcome,
                outcome == RunOutcome.Succeeded && _surroundings.Command.Count == 0 ? null : exitCode,
                []);
            var end = new RunEnd(_target, _id, Name, _folder, outputs);
            ArtifactPin run = await end.RunAsync(_facts.Now(), record, null, cancellationToken).ConfigureAwait(false);
            Close(outcome);
            return await _store.ResolveAsync(run, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ConflictException e) when (e.Code == RunEnd.LostCode)
        {
            Close(RunOutcome.Lost);
            throw;
        }
        finally
        {
            _ending.Release();
        }
    }

    private void Close(RunOutcome outcome)
    {
        Outcome = outcome;
        _folder.Remove();
    }

    private void RequireOpen()
    {
        if (Outcome is not null)
        {
            throw new InvalidOperationException($"The run {Name} has ended.");
        }
    }
}
