using System.Globalization;
using System.Text;
using Versioning.Benchmarks.Comparing;

namespace Versioning.Benchmarks.Targets;

/// <summary>The targets of the measured workloads, with what came of each.</summary>
internal static class TargetReport
{
    public static string Write(IReadOnlyCollection<Result> results, double scale)
    {
        StringBuilder text = new();
        text.Append("\n### Targets\n\n");
        if (scale != 1)
        {
            text.Append(CultureInfo.InvariantCulture, $"The targets are for scale 1; at {scale} this is a rehearsal: starting a process costs as much as the work.\n\n");
        }

        text.Append("| target | measured | |\n|---|--:|---|\n");
        HashSet<string> workloads = [.. results.Select(result => result.Workload)];
        int met = 0, missed = 0, open = 0;
        foreach (Target target in TargetList.All.Where(target => workloads.Contains(target.Workload)))
        {
            double? value = target.Measure(results);
            bool isMet = value is { } measured && target.IsMetBy(measured, scale);
            (met, missed, open) = value is null ? (met, missed, open + 1) : isMet ? (met + 1, missed, open) : (met, missed + 1, open);
            text.Append(CultureInfo.InvariantCulture, $"| {target.Text(scale)} | {value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "not measured"} | {(value is null ? "" : isMet ? "✓" : "✗")} |\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\n{met} met, {missed} missed, {open} not measured.\n").ToString();
    }
}
