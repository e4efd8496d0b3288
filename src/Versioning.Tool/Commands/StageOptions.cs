using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

/// <summary>How stages of <c>versions.json</c> are run.</summary>
internal sealed class StageOptions
{
    private readonly Option<bool> _check = new("--check") { Description = "Stages: run nothing, say what is stale and why, and exit with 1 where something is." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Stages: run nothing, say what would be run and why." };
    private readonly Option<bool> _force = new("--force") { Description = "Stages: run those that are named, or all, though they are up to date." };
    private readonly Option<long?> _jobs = Numbers.Option("--jobs", ["-j"], "Stages: how many may run side by side. Default: as many as there are processors.", least: 1);
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Stages: do not wait where somebody else runs the same." };
    private readonly Option<bool> _takeOver = new("--take-over") { Description = "Stages: declare runs of the same elsewhere lost, and run in their place." };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Stages: delete files in the places of outputs that nobody knows." };

    internal IReadOnlyList<Option> All => [_check, _dryRun, _force, _jobs, _noWait, _takeOver, _overwrite];

    internal async Task<int> RunAsync(ParseResult parsed, Pipeline pipeline, VersionStore store, string[] stages, Dictionary<string, string> parameters, string message, Reply reply, CancellationToken cancellationToken)
    {
        // Stdout is for the document, where there is one.
        using Stream output = reply.IsJson ? Console.OpenStandardError() : Console.OpenStandardOutput(), error = Console.OpenStandardError();
        var options = new PipelineOptions
        {
            Stages = stages,
            Parameters = parameters,
            Force = parsed.GetValue(_force),
            Jobs = (int)Math.Min(parsed.GetValue(_jobs) ?? Environment.ProcessorCount, 1000),
            Wait = !parsed.GetValue(_noWait),
            TakeOver = parsed.GetValue(_takeOver),
            Overwrite = parsed.GetValue(_overwrite),
            Message = message,
            Output = output,
            Error = error,
            Starting = StageText.Starting,
            Waiting = StageText.Waiting,
            Ended = StageText.Ended,
        };
        if (parsed.GetValue(_check) || parsed.GetValue(_dryRun))
        {
            IReadOnlyList<StageStatus> statuses = await pipeline.CheckAsync(store, options, cancellationToken).ConfigureAwait(false);
            reply.Document(json => StageJson.Write(json, statuses));
            foreach (StageStatus status in statuses)
            {
                StageText.Write(reply, status);
            }

            return parsed.GetValue(_check) && statuses.Any(status => !status.IsUpToDate) ? Failure.Error : 0;
        }

        IReadOnlyList<StageResult> results = await pipeline.RunAsync(store, options, cancellationToken).ConfigureAwait(false);
        reply.Document(json => StageJson.Write(json, results));
        return ExitCode(results);
    }

    /// <summary>That of the first failure that is none of a command, else that of a command that failed.</summary>
    internal static int ExitCode(IReadOnlyList<StageResult> results) =>
        results.Where(result => result.Outcome == StageOutcome.Failed).Select(result => result.Error).OfType<Exception>().FirstOrDefault() is { } error ? Failure.Describe(error).Exit
        : results.All(result => result.IsGood) ? 0 : Failure.CommandFailed;
}
