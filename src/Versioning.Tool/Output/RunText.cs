using System.Globalization;

namespace Versioning.Tool.Output;

/// <summary>Runs as text.</summary>
internal static class RunText
{
    /// <summary>What a run did, beside what every version records.</summary>
    internal static IEnumerable<string> Lines(RunDetails run)
    {
        string code = run.ExitCode is { } exit ? string.Create(CultureInfo.InvariantCulture, $", exit code {exit}") : "";
        yield return $"  outcome  {VersionJson.Outcome(run.Outcome)}{code} after {Human.Duration((run.Ended - run.Started).TotalSeconds)}, {run.Id}";
        if (run.Command.Count > 0)
        {
            yield return $"  command  {string.Join(' ', run.Command)}";
        }

        foreach (ArtifactPin output in run.Outputs)
        {
            yield return $"  made     {output}";
        }

        foreach ((string name, string value) in run.Environment)
        {
            yield return $"  with     {name} = {value}";
        }
    }

    /// <summary>Runs that ended. Those of one name measure the same, mostly: each metric has a column then.</summary>
    internal static Table Ended(IReadOnlyList<ArtifactVersion> runs, bool ofOneName)
    {
        string[] metrics = ofOneName ? [.. runs.SelectMany(run => run.Metrics.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] : [];
        IEnumerable<Field> heads = ofOneName ? metrics.Select(name => new Field($"metric.{name}", name)) : [new("metrics")];
        var table = new Table([new("run"), new("outcome"), new("ended"), new("author"), .. heads, new("outputs"), new("message")]);
        foreach (ArtifactVersion run in runs)
        {
            table.Add(
            [
                new($"{run.Artifact}@{run.Number}", Color: ConsoleColor.Yellow),
                new(VersionJson.Outcome(run.Run!.Outcome), Color: run.Run.Outcome == RunOutcome.Succeeded ? ConsoleColor.Green : ConsoleColor.Red),
                new(VersionText.Time(run.Run.Ended)),
                new(run.Author),
                .. ofOneName ? metrics.Select(name => new Field(run.Metrics.TryGetValue(name, out double value) ? Number(value) : null)) : [Metrics(run)],
                new(string.Join(", ", run.Run.Outputs.Select(o => o.ToString())), string.Join(", ", run.Run.Outputs.Select(o => $"{o.Artifact}@{o.Number}"))),
                new(run.Message, run.Message.Split('\n')[0]),
            ]);
        }

        return table;
    }

    /// <summary>Runs that have not ended.</summary>
    internal static Table Open(IEnumerable<OpenRunInfo> runs)
    {
        var table = new Table(new("name"), new("id"), new("started"), new("author"), new("machine"), new("state"), new("command"));
        foreach (OpenRunInfo run in runs)
        {
            table.Add(
                new(run.Name, Color: ConsoleColor.Yellow),
                new(run.Id),
                new(VersionText.Time(run.Started)),
                new(run.Author),
                new(run.Machine),
                new(run.IsAlive switch { true => "runs", false => "gone", null => "unknown" }),
                new(string.Join(' ', run.Command)));
        }

        return table;
    }

    private static Field Metrics(ArtifactVersion run) => new(string.Join(", ", run.Metrics.Select(metric => $"{metric.Key}={Number(metric.Value)}")));

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
