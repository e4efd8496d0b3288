using Versioning.Pipelines.Executing;
using Versioning.Pipelines.Reproducing;
using Versioning.Pipelines.Running;

namespace Versioning;

/// <summary>Programs in any language as runs.</summary>
public static class CommandRuns
{
    /// <summary>Runs a program and records it: what it read, made, measured and printed.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">What it is a run of, such as <c>train</c>.</param>
    /// <param name="options">The program, and what is known of it.</param>
    /// <param name="cancellationToken">Ends the program and all that it started; the run is recorded as cancelled.</param>
    /// <returns>The run; it has failed where the program ended with another exit code than 0.</returns>
    /// <exception cref="NotFoundException">The program can't be started, or did not leave what it was to make; the run is recorded as failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<ArtifactVersion> RunCommandAsync(this VersionStore store, string name, RunCommandOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        string folder = Path.GetFullPath(options.WorkingDirectory ?? Environment.CurrentDirectory);
        await store.EnsureMayMakeAsync(options.Outputs.Keys, cancellationToken).ConfigureAwait(false);
        await using Run run = await store.StartRunAsync(name, options.Start, cancellationToken).ConfigureAwait(false);
        run.Keep(RecordedStage.RunName, RecordedCommand.Describe(options, folder).Encode());
        var program = new Program([.. options.Start.Command], folder, new Dictionary<string, string>(), Reads: true);
        RunProduct[] outputs = [.. options.Outputs.Select(output => new RunProduct(output.Key, Path.GetFullPath(output.Value, folder), null))];
        string? metrics = options.Metrics is null ? null : Path.GetFullPath(options.Metrics, folder);
        var before = FileLook.At(metrics);
        return await new CommandRun(run, program, outputs, metrics).ExecuteAsync(options.Output, options.Error, () => RequireOwn(metrics, before), cancellationToken).ConfigureAwait(false);
    }

    private static void RequireOwn(string? metrics, FileLook before)
    {
        if (before.IsThere && FileLook.At(metrics) == before)
        {
            throw new NotFoundException("metrics_not_found", $"The command left '{metrics}' as it was: the metrics in it are not its own.", "Have it write them, or leave --metrics out.");
        }
    }
}
