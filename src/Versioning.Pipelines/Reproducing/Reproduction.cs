using Versioning.Gates;
using Versioning.Pipelines.Executing;
using Versioning.Pipelines.Running;

namespace Versioning.Pipelines.Reproducing;

/// <summary>Runs the recorded command and compares what it made; whatever becomes of it, the run of the reproduction is ended.</summary>
/// <param name="store">The store.</param>
/// <param name="recorded">The run that is made again.</param>
/// <param name="options">What may differ.</param>
/// <param name="run">The run that the reproduction is recorded as, or null.</param>
internal sealed class Reproduction(VersionStore store, RecordedRun recorded, ReproduceOptions options, Run? run)
{
    internal async Task<ReproductionReport> RunAsync(string working, OutputPlaces places, IReadOnlyList<ReproducedFact> environment, IReadOnlyList<string> notes, CancellationToken cancellationToken)
    {
        try
        {
            var program = new Program(recorded.Command, working, Variables());
            int exit = await new RunningCommand(program, options.Output, options.Error, run?.Log ?? TextWriter.Null).RunAsync(cancellationToken).ConfigureAwait(false);
            IReadOnlyList<ReproducedMetric> metrics = exit == 0 ? Metrics(places.Metrics) : [];
            var outputs = new List<ReproducedOutput>();
            foreach ((ArtifactPin pin, string path, string? card) in exit == 0 ? places.Outputs : [])
            {
                outputs.Add(await new OutputComparison(store, pin, path, card).RunAsync(cancellationToken).ConfigureAwait(false));
            }

            var report = new ReproductionReport
            {
                Run = recorded.Version.Pin,
                Verdict = exit == 0 ? Comparison.Verdict(outputs, metrics, options) : ReproductionVerdict.CommandFailed,
                ExitCode = exit,
                Notes = notes,
                Environment = environment,
                Outputs = outputs,
                Metrics = metrics,
            };
            report.RecordedAs = run is null ? null : (await EndAsync(run, report).ConfigureAwait(false)).Pin;
            return report;
        }
        catch (OperationCanceledException) when (run is { Outcome: null })
        {
            await run.CancelAsync("Cancelled.", CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        catch (Exception e) when (run is { Outcome: null } && e is VersioningException or IOException or UnauthorizedAccessException)
        {
            await run!.FailAsync(e.Message, cancellationToken: CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What the command gets beside what this process has: its parameters, and the store, which the code may name by a path from where it lay.</summary>
    private Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["VERSIONING_STORE"] = store.Location };
        if (recorded.Stage.Parameters is { } parameters)
        {
            variables[StageCommandLine.ParametersVariable] = parameters;
        }

        return variables;
    }

    private IReadOnlyList<ReproducedMetric> Metrics(string? path)
    {
        var measured = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach ((string name, double value) in path is null ? [] : MetricsFile.Read(path))
        {
            measured[name] = value;
            run?.LogMetric(name, value);
        }

        return Comparison.Metrics(recorded.Version.Metrics, measured, options);
    }

    private async Task<ArtifactVersion> EndAsync(Run ended, ReproductionReport report)
    {
        ended.Note(ReproductionRecord.ReproducedName, string.Join(' ', [recorded.Version.Pin, .. recorded.Details.Outputs]));
        ended.Note(ReproductionRecord.VerdictName, ReproductionText.Of(report.Verdict));
        await ended.Log.WriteLineAsync(report.ToString()).ConfigureAwait(false);
        return report.IsReproduced
            ? await ended.CompleteAsync(CancellationToken.None).ConfigureAwait(false)
            : await ended.FailAsync(null, report.ExitCode, CancellationToken.None).ConfigureAwait(false);
    }
}
