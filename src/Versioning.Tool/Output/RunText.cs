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

    /// <summary>A run that ended, in a list.</summary>
    internal static Field[] Summary(ArtifactVersion version)
    {
        string outcome = VersionJson.Outcome(version.Run!.Outcome), name = $"{version.Artifact}@{version.Number}";
        string metrics = string.Join(", ", version.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key}={metric.Value:R}")));
        return
        [
            new(name, Color: ConsoleColor.Yellow),
            new(outcome, Width: -9, Color: version.Run.Outcome == RunOutcome.Succeeded ? ConsoleColor.Green : ConsoleColor.Red),
            new(VersionText.Time(version.Run.Ended)),
            new(version.Author),
            new(metrics),
            new(string.Join(", ", version.Run.Outputs.Select(o => o.ToString())), string.Join(", ", version.Run.Outputs.Select(o => $"{o.Artifact}@{o.Number}"))),
            new(version.Message, version.Message.Split('\n')[0]),
        ];
    }

    /// <summary>A run that has not ended, in a list.</summary>
    internal static Field[] Open(OpenRunInfo run) =>
    [
        new(run.Name, Color: ConsoleColor.Yellow),
        new(run.Id),
        new(VersionText.Time(run.Started)),
        new(run.Author),
        new(run.Machine),
        new(string.Join(' ', run.Command)),
    ];
}
