namespace Versioning.Pipelines.Running;

/// <summary>A program as a run: whatever becomes of it, the run is ended.</summary>
internal sealed class CommandRun(Run run, Program program, IReadOnlyList<RunProduct> products, string? metrics, CommandMarks? marks = null)
{
    /// <param name="output">Where what it prints goes, beside the log.</param>
    /// <param name="error">Where its error output goes, beside the log.</param>
    /// <param name="check">Called when the program has succeeded; what it throws fails the run.</param>
    /// <param name="cancellationToken">Ends the program; the run is recorded as cancelled.</param>
    /// <returns>The run as it ended.</returns>
    internal async Task<ArtifactVersion> ExecuteAsync(Stream output, Stream error, Action? check, CancellationToken cancellationToken)
    {
        try
        {
            int exit = await new RunningCommand(program, output, error, run.Log, marks).RunAsync(cancellationToken).ConfigureAwait(false);
            if (exit != 0)
            {
                return await run.FailAsync($"The command ended with {exit}.", exit, CancellationToken.None).ConfigureAwait(false);
            }

            check?.Invoke();
            return await CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await run.CancelAsync("Cancelled.", CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        catch (Exception e) when (run.Outcome is null && e is VersioningException or IOException or UnauthorizedAccessException)
        {
            await run.FailAsync(e.Message, cancellationToken: CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<ArtifactVersion> CompleteAsync(CancellationToken cancellationToken)
    {
        foreach ((string name, double value) in metrics is null ? [] : MetricsFile.Read(metrics))
        {
            run.LogMetric(name, value);
        }

        foreach (RunProduct product in products)
        {
            await run.ProduceAsync(product.Artifact, product.Path, product.Options, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        return await run.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }
}
