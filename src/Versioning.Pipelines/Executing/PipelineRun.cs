using System.Text;
using Versioning.Pipelines.Defining;
using Versioning.Pipelines.Planning;

namespace Versioning.Pipelines.Executing;

/// <summary>Brings stages up to date, each when those that it needs are, others side by side. A stage that fails stops what needs it and nothing else.</summary>
internal sealed class PipelineRun(PipelineDefinition pipeline, StageRun run, PipelineOptions options)
{
    private readonly Lock _output = new();

    internal async Task<IReadOnlyList<StageResult>> ExecuteAsync(IReadOnlyList<(StageDefinition Stage, IReadOnlyList<StageInstance> Instances)> stages, CancellationToken cancellationToken)
    {
        using var free = new SemaphoreSlim(Math.Max(1, options.Jobs));
        bool sideBySide = stages.Count > 1 && options.Jobs > 1;
        var tasks = new Dictionary<string, Task<IReadOnlyList<StageResult>>>(StringComparer.Ordinal);
        foreach ((StageDefinition stage, IReadOnlyList<StageInstance> instances) in stages)
        {
            Task<IReadOnlyList<StageResult>>[] before = [.. pipeline.Before(stage).Select(needed => tasks[needed.Name])];
            tasks[stage.Name] = ExecuteAsync(stage, instances, before, free, sideBySide, cancellationToken);
        }

        IReadOnlyList<StageResult>[] results = await Task.WhenAll(stages.Select(stage => tasks[stage.Stage.Name])).ConfigureAwait(false);
        return [.. results.SelectMany(result => result)];
    }

    private async Task<IReadOnlyList<StageResult>> ExecuteAsync(StageDefinition stage, IReadOnlyList<StageInstance> instances, Task<IReadOnlyList<StageResult>>[] before, SemaphoreSlim free, bool sideBySide, CancellationToken cancellationToken)
    {
        StageResult[] needed = [.. (await Task.WhenAll(before).ConfigureAwait(false)).SelectMany(results => results)];
        var results = new List<StageResult>();
        if (needed.FirstOrDefault(result => !result.IsGood) is { } bad)
        {
            var why = new VersioningException("stage_not_run", $"Stage '{stage.Name}' was not run: '{bad.Stage}' did not succeed.");
            results.AddRange(instances.Select(instance => Tell(instance, bad.Outcome == StageOutcome.Cancelled ? StageOutcome.Cancelled : StageOutcome.NotRun, why)));
            return results;
        }

        var made = needed.SelectMany(result => result.Outputs).DistinctBy(output => output.Artifact).ToDictionary(output => output.Artifact, StringComparer.Ordinal);
        bool force = options.Forces(stage.Name);
        foreach (StageInstance instance in instances)
        {
            results.Add(await ExecuteAsync(instance, made, force, instance == instances[^1], free, sideBySide, cancellationToken).ConfigureAwait(false));
        }

        return results;
    }

    private async Task<StageResult> ExecuteAsync(StageInstance instance, Dictionary<string, ArtifactVersion> made, bool force, bool isLast, SemaphoreSlim free, bool sideBySide, CancellationToken cancellationToken)
    {
        try
        {
            await free.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                byte[] prefix = Encoding.UTF8.GetBytes($"{instance.Stage.Name} | ");
                using var output = sideBySide ? new LinePrefixStream(options.Output, prefix, _output) : null;
                using var error = sideBySide ? new LinePrefixStream(options.Error, prefix, _output) : null;
                StageResult result = await run.ExecuteAsync(instance, made, force, isLast, output ?? options.Output, error ?? options.Error, cancellationToken).ConfigureAwait(false);
                options.Ended?.Report(result);
                return result;
            }
            finally
            {
                free.Release();
            }
        }
        // A stage that got so far as to be run tells itself what became of it.
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            return Tell(instance, StageOutcome.Cancelled, e);
        }
        catch (Exception e) when (e is VersioningException or IOException or UnauthorizedAccessException)
        {
            return Tell(instance, StageOutcome.Failed, e);
        }
    }

    private StageResult Tell(StageInstance instance, StageOutcome outcome, Exception why)
    {
        var result = new StageResult { Stage = instance.Stage.Name, Combination = instance.Combination, Outcome = outcome, Key = null, Run = null, Outputs = [], Error = why };
        options.Ended?.Report(result);
        return result;
    }
}
