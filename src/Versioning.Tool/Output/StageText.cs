namespace Versioning.Tool.Output;

/// <summary>Stages as text. What their commands print is the data, so this goes to stderr while they run.</summary>
internal static class StageText
{
    internal static IProgress<StageStatus> Starting { get; } = new Told<StageStatus>(status => $"{Name(status.Stage, status.Combination)}: running: {string.Join("; ", status.Reasons)}");

    internal static IProgress<OpenRunInfo> Waiting { get; } = new Told<OpenRunInfo>(run => $"{run.Name}: waiting for the run that {run.Author} started on {run.Machine} as {run.Id} (--no-wait, --take-over)");

    internal static IProgress<StageResult> Ended { get; } = new Told<StageResult>(Line);

    internal static void Write(Reply reply, StageStatus status) => reply.Row(
        new(Name(status.Stage, status.Combination)),
        new(status.IsUpToDate ? "up to date" : "stale", Color: status.IsUpToDate ? ConsoleColor.Green : ConsoleColor.Yellow),
        new(status.IsUpToDate ? $"{status.Run!.Artifact}@{status.Run.Number}" : string.Join("; ", status.Reasons)));

    private static string Line(StageResult result)
    {
        string outputs = string.Concat(result.Outputs.Select(made => $" · {made.Artifact}@{made.Number}"));
        string run = result.Run is { } of ? $"{of.Artifact}@{of.Number}" : "";
        string what = result.Outcome switch
        {
            StageOutcome.UpToDate => $"up to date ({run}){outputs}",
            StageOutcome.Fetched => $"ran before ({run}), fetched{outputs}",
            StageOutcome.Ran => $"{run} succeeded{outputs}",
            StageOutcome.Failed => result.Error is { } error ? $"failed: {error.Message}{(error is VersioningException { Hint: { } hint } ? $" {hint}" : "")}" : $"{run} failed{(result.Run?.Run?.ExitCode is { } code ? $" with exit code {code}" : "")}",
            StageOutcome.Cancelled => "cancelled",
            _ => $"not run: {result.Error!.Message}",
        };
        return $"{Name(result.Stage, result.Combination)}: {what}";
    }

    private static string Name(string stage, IReadOnlyDictionary<string, string> combination) =>
        combination.Count == 0 ? stage : $"{stage} ({string.Join(", ", combination.Select(chosen => $"{chosen.Key}={chosen.Value}"))})";

    private sealed class Told<T>(Func<T, string> line) : IProgress<T>
    {
        public void Report(T value) => Reply.Note(line(value));
    }
}
