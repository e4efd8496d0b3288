using System.Globalization;

namespace Versioning.Pipelines.Reproducing;

/// <summary>A report in lines.</summary>
internal static class ReproductionText
{
    private const int MaxShown = 20;

    /// <summary>A verdict as metadata and text have it.</summary>
    internal static string Of(ReproductionVerdict verdict) => verdict switch
    {
        ReproductionVerdict.Identical => "identical",
        ReproductionVerdict.WithinTolerance => "within tolerance",
        ReproductionVerdict.CommandFailed => "command failed",
        _ => "different",
    };

    internal static string Of(ReproductionReport report) => string.Join('\n', Lines(report));

    private static IEnumerable<string> Lines(ReproductionReport report)
    {
        string exit = report.Verdict == ReproductionVerdict.CommandFailed ? string.Create(CultureInfo.InvariantCulture, $", exit code {report.ExitCode}") : "";
        yield return string.Create(CultureInfo.InvariantCulture, $"{report.Run.Artifact}@{report.Run.Number}: {Of(report.Verdict)}{exit}");
        foreach (string note in report.Notes)
        {
            yield return $"  note         {note}";
        }

        foreach (ReproducedFact fact in report.Environment)
        {
            yield return $"  environment  {fact.Name}: {fact.Recorded ?? "–"} → {fact.Now ?? "–"}";
        }

        foreach (ReproducedOutput output in report.Outputs)
        {
            string what = output.IsIdentical ? "identical" : output.IsMissing ? "missing" : output.ChangeCount == 1 ? "1 file differs" : string.Create(CultureInfo.InvariantCulture, $"{output.ChangeCount} files differ");
            yield return string.Create(CultureInfo.InvariantCulture, $"  output       {output.Pin.Artifact}@{output.Pin.Number}: {what}");
            foreach (FileChange change in output.Changes.Take(MaxShown))
            {
                yield return $"                 {change}";
                foreach (ContentChange within in (change.Content ?? []).Take(MaxShown))
                {
                    yield return $"                   {within}";
                }
            }

            if (output.ChangeCount > MaxShown)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"                 and {output.ChangeCount - MaxShown} more");
            }
        }

        foreach (ReproducedMetric metric in report.Metrics)
        {
            string how = metric.Recorded.Equals(metric.Measured) ? "" : metric.IsWithin ? ", within tolerance" : ", differs";
            yield return $"  metric       {metric.Name}: {Number(metric.Recorded)} → {Number(metric.Measured)}{how}";
        }
    }

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "–";
}
