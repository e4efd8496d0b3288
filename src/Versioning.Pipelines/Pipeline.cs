using System.Runtime.CompilerServices;
using Versioning.Pipelines.Defining;
using Versioning.Pipelines.Executing;
using Versioning.Pipelines.Planning;

namespace Versioning;

/// <summary>
/// The stages that <c>versions.json</c> declares: what each reads, runs and makes. A stage is run where something that its
/// outputs depend on has changed, and recorded; what it made with the same before, on whatever machine, is fetched instead.
/// </summary>
public sealed class Pipeline
{
    private readonly string _folder;
    private readonly Workspace _workspace;
    private readonly PipelineDefinition _definition;

    private Pipeline(string folder, Workspace workspace, PipelineDefinition definition) => (_folder, _workspace, _definition) = (folder, workspace, definition);

    /// <summary>The workspace's folder.</summary>
    public string Root => _workspace.Root;

    /// <summary>The names of the stages, each after those whose outputs it reads.</summary>
    public IReadOnlyList<string> Stages => [.. _definition.Stages.Select(stage => stage.Name)];

    /// <summary>Reads the stages of a folder's workspace: its own, or the nearest above it.</summary>
    /// <param name="folder">The folder. Default: the current one.</param>
    /// <exception cref="NotFoundException">There is no workspace, or it declares no stages.</exception>
    /// <exception cref="VersioningException">A stage is not what it should be.</exception>
    public static Pipeline Open(string? folder = null)
    {
        string from = Path.GetFullPath(folder ?? Environment.CurrentDirectory);
        var workspace = Workspace.Open(from);
        return new Pipeline(from, workspace, PipelineDefinition.Read(workspace.Declared));
    }

    /// <summary>Says which stages are up to date, and why the others are not. Nothing is run or written.</summary>
    /// <param name="store">The workspace's store.</param>
    /// <param name="options">Which stages, with which parameters.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<StageStatus>> CheckAsync(VersionStore store, PipelineOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        options ??= new PipelineOptions();
        var planner = new StagePlanner(store, _definition, _workspace);
        var made = new Dictionary<string, ArtifactVersion>(StringComparer.Ordinal);
        var stale = new HashSet<string>(StringComparer.Ordinal);
        var statuses = new List<StageStatus>();
        foreach ((StageDefinition stage, IReadOnlyList<StageInstance> instances) in Wanted(options))
        {
            StaleReason[] upstream = [.. _definition.Before(stage).Where(before => stale.Contains(before.Name)).Select(before => new StaleReason(StaleReasonKind.Upstream, before.Name))];
            IReadOnlyList<CodeFile>? files = null;
            foreach (StageInstance instance in instances)
            {
                StageStatus status;
                if (upstream.Length > 0)
                {
                    status = Waiting(instance, upstream);
                }
                else
                {
                    StagePlan plan = await planner.PlanAsync(instance, made, files, cancellationToken).ConfigureAwait(false);
                    files = plan.Files;
                    foreach (ArtifactVersion output in plan.Known?.Outputs ?? [])
                    {
                        made[output.Artifact] = output;
                    }

                    status = plan.Status(options.Forces(stage.Name));
                }

                statuses.Add(status);
                if (!status.IsUpToDate)
                {
                    stale.Add(stage.Name);
                }
            }
        }

        return statuses;
    }

    /// <summary>Brings stages up to date: runs those that are not, in the order in which they need each other.</summary>
    /// <param name="store">The workspace's store.</param>
    /// <param name="options">Which stages, with which parameters, and how.</param>
    /// <param name="cancellationToken">Ends the commands that run, and all that they started; their runs are recorded as cancelled.</param>
    /// <returns>What became of each; that one failed is no exception.</returns>
    /// <exception cref="ConflictException">Stages are run there by another process; or one was killed, and what it had started goes on.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<IReadOnlyList<StageResult>> RunAsync(VersionStore store, PipelineOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        options ??= new PipelineOptions();
        IReadOnlyList<(StageDefinition Stage, IReadOnlyList<StageInstance> Instances)> stages = Wanted(options);
        using var notes = PlaceNotes.Open(store.Settings.CacheRoot, Root);
        string[] pins = [.. stages.SelectMany(stage => stage.Stage.Inputs).Where(input => _definition.MakerOf(input) is null && input.Version is null).Select(input => input.Name).Distinct(StringComparer.Ordinal).Where(name => _workspace.Declared.Pins.Any(pin => pin.Name == name && pin.Path is not null))];
        if (pins.Length > 0)
        {
            await _workspace.RestoreAsync(store, new RestoreOptions { Names = pins, Locked = true, Force = options.Overwrite }, store.Settings, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        var places = new Places(store, Root, notes, options.Overwrite);
        var run = new StageRun(store, _definition, new StagePlanner(store, _definition, _workspace), places, notes.Commands, options);
        IReadOnlyList<StageResult> results = await new PipelineRun(_definition, run, options).ExecuteAsync(stages, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return results;
    }

    /// <summary>
    /// Runs stages whenever something that they depend on has changed: an alias that an input names was moved, the lock or
    /// a file was edited. What failed is tried again when something has changed; where it was the store, somebody else or a
    /// file in the way, at the next look. Ends by cancellation, or where it can't be said what is stale: at the first look,
    /// or at two in a row.
    /// </summary>
    /// <param name="store">The workspace's store.</param>
    /// <param name="interval">How often is looked.</param>
    /// <param name="options">Which stages, with which parameters, and how.</param>
    /// <param name="cancellationToken">Ends it, and the commands that run.</param>
    /// <returns>What became of the stages, each time that some were run.</returns>
    public async IAsyncEnumerable<IReadOnlyList<StageResult>> WatchAsync(VersionStore store, TimeSpan interval, PipelineOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        options ??= new PipelineOptions();
        if (options.Force)
        {
            throw new ArgumentException("What is always forced would be run at every look.", nameof(options));
        }

        var watch = new PipelineWatch(store, options);
        while (true)
        {
            if (await watch.LookAsync(() => Open(_folder), cancellationToken).ConfigureAwait(false) is { } results)
            {
                yield return results;
            }

            await Task.Delay(interval, store.Settings.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static StageStatus Waiting(StageInstance instance, StaleReason[] upstream) => new()
    {
        Stage = instance.Stage.Name,
        Parameters = instance.Parameters,
        Combination = instance.Combination,
        Key = null,
        Run = null,
        Reasons = upstream,
    };

    private (StageDefinition Stage, IReadOnlyList<StageInstance> Instances)[] Wanted(PipelineOptions options)
    {
        IReadOnlyList<StageDefinition> stages = _definition.Needed(options.Stages);
        string? unknown = options.Parameters.Keys.FirstOrDefault(name => !stages.Any(stage => stage.Parameters.Any(parameter => parameter.Name == name) || stage.Matrix.Any(axis => axis.Name == name)));
        return unknown is null
            ? [.. stages.Select(stage => (stage, StageInstance.Of(stage, Root, options.Parameters)))]
            : throw new VersioningException("invalid_option", $"None of the stages has a parameter '{unknown}'.", $"They have {string.Join(", ", stages.SelectMany(stage => stage.Parameters.Select(parameter => parameter.Name).Concat(stage.Matrix.Select(axis => axis.Name))).Distinct())}.");
    }
}
