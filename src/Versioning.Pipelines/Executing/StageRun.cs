using Versioning.Pipelines.Defining;
using Versioning.Pipelines.Planning;
using Versioning.Pipelines.Reproducing;
using Versioning.Pipelines.Running;
using Program = Versioning.Pipelines.Running.Program;

namespace Versioning.Pipelines.Executing;

/// <summary>Brings a stage, with one combination of its parameters, up to date.</summary>
internal sealed class StageRun(VersionStore store, PipelineDefinition pipeline, StagePlanner planner, Places places, CommandMarks marks, PipelineOptions options)
{
    /// <param name="instance">The stage, with its parameters.</param>
    /// <param name="made">The outputs of the stages before it, by artifact.</param>
    /// <param name="force">Whether it is run though it is up to date.</param>
    /// <param name="isLast">Whether it is the last combination: that one's outputs are in their places in the end.</param>
    /// <param name="output">Where what the command prints goes.</param>
    /// <param name="error">Where its error output goes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<StageResult> ExecuteAsync(StageInstance instance, IReadOnlyDictionary<string, ArtifactVersion> made, bool force, bool isLast, Stream output, Stream error, CancellationToken cancellationToken)
    {
        while (true)
        {
            StagePlan plan = await planner.PlanAsync(instance, made, files: null, cancellationToken).ConfigureAwait(false);
            if (plan.Known is { } known && !force)
            {
                return isLast ? await TakeAsync(plan, known, cancellationToken).ConfigureAwait(false) : Result(plan, StageOutcome.UpToDate, known.Run, known.Outputs);
            }

            options.Starting?.Report(plan.Status(force));
            try
            {
                if (await RunAsync(plan, force, output, error, cancellationToken).ConfigureAwait(false) is { } result)
                {
                    return result;
                }
            }
            catch (Exception e) when (e is VersioningException or IOException or UnauthorizedAccessException)
            {
                return Result(plan, StageOutcome.Failed, null, [], e);
            }
        }
    }

    /// <summary>What the stage made somewhere, in its place here.</summary>
    private async Task<StageResult> TakeAsync(StagePlan plan, KnownRun known, CancellationToken cancellationToken)
    {
        bool changed = false;
        foreach (StageOutput output in plan.Instance.Stage.Outputs)
        {
            ArtifactVersion version = known.Outputs.First(version => version.Artifact == output.Artifact);
            changed |= await places.BringAsync(output.Path, output.IsFile, version, [], cancellationToken).ConfigureAwait(false);
        }

        return Result(plan, changed ? StageOutcome.Fetched : StageOutcome.UpToDate, known.Run, known.Outputs);
    }

    /// <returns>Null: somebody else has run the same meanwhile.</returns>
    private async Task<StageResult?> RunAsync(StagePlan plan, bool force, Stream output, Stream error, CancellationToken cancellationToken)
    {
        StageDefinition stage = plan.Instance.Stage;
        var cached = new Dictionary<string, LocalVersion>(StringComparer.Ordinal);
        RequireParameters(plan.Instance);
        await store.EnsureMayMakeAsync(stage.Outputs.Select(output => output.Artifact), cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (StageInputVersion input in plan.Inputs)
            {
                await PlaceAsync(input, cached, cancellationToken).ConfigureAwait(false);
            }

            foreach (StageOutput made in stage.Outputs)
            {
                await places.ClearAsync(made.Path, made.Artifact, cancellationToken).ConfigureAwait(false);
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(pipeline.Root, made.Path))!);
            }

            Program program = StageCommandLine.Of(plan, pipeline.Root, cached.ToDictionary(local => local.Key, local => local.Value.Path, StringComparer.Ordinal));
            Run? started = await new ClaimedKey(store, options).StartAsync(stage.Name, from => Start(plan, program, force, from), cancellationToken).ConfigureAwait(false);
            return started is null ? null : await FinishAsync(plan, program, cached, started, output, error, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (LocalVersion local in cached.Values)
            {
                await local.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<StageResult> FinishAsync(StagePlan plan, Program program, Dictionary<string, LocalVersion> cached, Run run, Stream output, Stream error, CancellationToken cancellationToken)
    {
        await using (run.ConfigureAwait(false))
        {
            StageDefinition stage = plan.Instance.Stage;
            run.Keep(StageDocument.FileName, plan.Document);
            run.Keep(RecordedStage.RunName, Describe(plan, program, cached).Encode());
            RunProduct[] products = [.. stage.Outputs.Select(made => new RunProduct(made.Artifact, Path.Join(pipeline.Root, made.Path), new CommitOptions { Kind = made.Kind, Alias = made.Alias, CardFile = made.Card is null ? null : Path.Join(pipeline.Root, made.Card) }))];
            string? metrics = stage.Metrics is null ? null : Path.Join(pipeline.Root, stage.Metrics);
            var before = FileLook.At(metrics);
            InputFiles inputs = InputFiles.Of(plan, pipeline.Root);
            var command = new CommandRun(run, program, products, metrics, marks);
            ArtifactVersion ended = await command.ExecuteAsync(output, error, () => Check(plan, metrics, before, inputs, cancellationToken), cancellationToken).ConfigureAwait(false);
            var outputs = new List<ArtifactVersion>();
            foreach (ArtifactPin pin in ended.Run!.Outputs)
            {
                outputs.Add(await store.ResolveAsync(pin, cancellationToken).ConfigureAwait(false));
                places.Holds(stage.Outputs.First(made => made.Artifact == pin.Artifact).Path, outputs[^1]);
            }

            return Result(plan, ended.Run.Outcome == RunOutcome.Succeeded ? StageOutcome.Ran : StageOutcome.Failed, ended, outputs);
        }
    }

    /// <summary>What the run is recorded with must be what it ran with.</summary>
    private void Check(StagePlan plan, string? metrics, FileLook before, InputFiles inputs, CancellationToken cancellationToken)
    {
        StageDefinition stage = plan.Instance.Stage;
        foreach (StageOutput output in stage.Outputs)
        {
            string full = Path.Join(pipeline.Root, output.Path);
            if (output.IsFile ? !File.Exists(full) : !Directory.Exists(full))
            {
                throw new NotFoundException("output_missing", $"Stage '{stage.Name}' did not make the {(output.IsFile ? "file" : "folder")} '{full}'.", File.Exists(full) ? $"It is one file: write \"{output.Artifact}\": {{ \"file\": \"{output.Path}\" }}." : "Correct the command, or 'outputs' in versions.json.");
            }
        }

        if (metrics is not null && File.Exists(metrics) && FileLook.At(metrics) == before)
        {
            throw new NotFoundException("metrics_not_found", $"Stage '{stage.Name}' left '{metrics}' as it was: the metrics in it are not its own.", "Have the command write them, or take 'metrics' out of versions.json.");
        }

        inputs.RequireSame(stage.Name);
        RequireParameters(plan.Instance);
        IReadOnlyList<CodeFile> now = CodeFiles.Find(pipeline, stage, cancellationToken);
        if (plan.Files.Except(now).Concat(now.Except(plan.Files)).FirstOrDefault() is { } changed)
        {
            throw new ConflictException("code_changed", $"'{changed.Path}' was changed while stage '{stage.Name}' ran: what it made comes from neither.", "Run it again.");
        }
    }

    /// <summary>They were read when the pipeline was, hours ago perhaps.</summary>
    private void RequireParameters(StageInstance instance)
    {
        IReadOnlyDictionary<string, string> now = StageInstance.Of(instance.Stage, pipeline.Root, options.Parameters)[0].Parameters;
        if (instance.Stage.Parameters.FirstOrDefault(parameter => parameter.File is not null && now[parameter.Name] != instance.Parameters[parameter.Name]) is { } changed)
        {
            throw new ConflictException("parameter_changed", $"Parameter '{changed.Name}' of stage '{instance.Stage.Name}' was changed in '{changed.File}' after it was read.", "Run it again.");
        }
    }

    private StartRunOptions Start(StagePlan plan, Program program, bool force, string? takeOver) => new()
    {
        Message = options.Message,
        Inputs = [.. plan.Inputs.Select(input => (ArtifactReference)input.Version.Pin).Distinct()],
        Parameters = new Dictionary<string, string>(plan.Instance.Parameters),
        EnvironmentVariables = [.. plan.Instance.Stage.EnvironmentVariables],
        Command = [.. program.Command],
        Folder = pipeline.Root,
        Definition = StageDocument.Definition(plan.Instance.Stage),
        Key = plan.Key,
        TakeOver = takeOver,

        // A run whose outputs are gone is known by its key for ever.
        UnlessKnown = !force && plan.Reasons.All(reason => reason.Kind != StaleReasonKind.OutputsGone),
    };

    private async Task PlaceAsync(StageInputVersion input, Dictionary<string, LocalVersion> cached, CancellationToken cancellationToken)
    {
        switch (input.Source)
        {
            case InputSource.Workspace:
                await places.BringAsync(input.Path!, false, input.Version, input.Include, cancellationToken).ConfigureAwait(false);
                break;
            case InputSource.Cache:
                cached[input.Input.Name] = await store.FetchAsync(input.Version, input.Include, cancellationToken: cancellationToken).ConfigureAwait(false);
                break;
            default:
                // Pins were restored before, outputs are where their stage left them.
                break;
        }
    }

    /// <summary>Where the command finds and leaves things, for whoever makes the run again.</summary>
    private RecordedStage Describe(StagePlan plan, Program program, Dictionary<string, LocalVersion> cached)
    {
        StageDefinition stage = plan.Instance.Stage;
        RecordedInput[] inputs = [.. plan.Inputs.Select(input => new RecordedInput(
            input.Version.Pin.ToString(),
            input.Path is { } path ? Path.Join(pipeline.Root, path) : null,
            input.Include,
            input.Path is null ? cached[input.Input.Name].Path : null))];
        RecordedOutput[] outputs = [.. stage.Outputs.Select(output => new RecordedOutput(output.Artifact, Path.Join(pipeline.Root, output.Path), output.Card is null ? null : Path.Join(pipeline.Root, output.Card)))];
        string? metrics = stage.Metrics is null ? null : Path.Join(pipeline.Root, stage.Metrics);
        return RecordedCommand.Describe(pipeline.Root, program.Folder, inputs, outputs, metrics, program.Variables[StageCommandLine.ParametersVariable]);
    }

    private static StageResult Result(StagePlan plan, StageOutcome outcome, ArtifactVersion? run, IReadOnlyList<ArtifactVersion> outputs, Exception? error = null) => new()
    {
        Stage = plan.Instance.Stage.Name,
        Combination = plan.Instance.Combination,
        Outcome = outcome,
        Key = plan.Key,
        Run = run,
        Outputs = outputs,
        Error = error,
    };
}
