using System.Globalization;
using System.Text;
using Versioning.Benchmarks.Comparing.Tools;
using Versioning.Benchmarks.Targets;

namespace Versioning.Benchmarks.Comparing;

/// <summary>The medians of all rounds as a table in Markdown, every tool beside ours.</summary>
internal static class Report
{
    public static string Write(IEnumerable<Result> results)
    {
        StringBuilder text = new();
        foreach (IGrouping<(string Place, double Scale, ulong Seed), Result> group in results.GroupBy(result => (result.Conditions.Place, result.Conditions.Scale, result.Conditions.Seed)))
        {
            string builds = string.Join(", ", group.Select(result => result.Conditions.Build).Distinct());
            text.Append(CultureInfo.InvariantCulture, $"\n## {group.Key.Place}, scale {group.Key.Scale}, seed {group.Key.Seed}: vers {builds}\n");
            text.Append(Tables([.. group])).Append(TargetReport.Write([.. group], group.Key.Scale));
        }

        return text.ToString();
    }

    private static string Tables(IReadOnlyCollection<Result> results)
    {
        StringBuilder text = new();
        foreach (IGrouping<(string Workload, Operation Operation), Result> group in results
            .GroupBy(result => (result.Workload, result.Operation)).OrderBy(group => group.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {group.Key.Workload} · {group.Key.Operation}\n\n");
            text.Append("| tool | n | wall s (least–most) | CPU s | CPU s/GB | peak MiB | new MB | stored MB | wall ÷ vers | wall ÷ vers-raw | note |\n");
            text.Append("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n");
            double? compressed = Wall(group, Vers.Compressed);
            double? raw = Wall(group, Vers.Raw);
            foreach (IGrouping<string, Result> tool in group.GroupBy(result => result.Tool))
            {
                text.Append(Row(tool.Key, [.. tool], compressed, raw));
            }
        }

        return text.ToString();
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[middle]
            : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static string Row(string tool, Result[] results, double? compressed, double? raw)
    {
        Result[] good = [.. results.Where(result => result.Succeeded)];
        string note = string.Join("; ", results.Select(result => result.Note).Where(text => text.Length > 0).Distinct());
        if (good.Length == 0)
        {
            return $"| {tool} | 0 | | | | | | | | | {note} |\n";
        }

        double wall = Median(good.Select(result => result.Measurement.Wall));
        double processor = Median(good.Select(result => result.Measurement.Processor));
        string perGigabyte = good[0].Operation == Operation.OneFile || good[0].Source.Bytes == 0 ? "" : F(processor / (good[0].Source.Bytes / 1e9), "F2");
        return $"| {tool} | {good.Length} | {F(wall, "F3")} ({F(good.Min(result => result.Measurement.Wall), "F3")}–{F(good.Max(result => result.Measurement.Wall), "F3")})"
            + $" | {F(processor, "F2")} | {perGigabyte} | {F(Median(good.Select(result => result.Measurement.PeakBytes / 1048576.0)), "F0")}"
            + $" | {F(Median(good.Select(result => result.NewBytes / 1e6)), "F1")} | {F(Median(good.Select(result => result.Repository.Bytes / 1e6)), "F1")}"
            + $" | {Ratio(wall, compressed)} | {Ratio(wall, raw)} | {note} |\n";
    }

    private static double? Wall(IEnumerable<Result> results, string tool)
    {
        double median = Median(results.Where(result => result.Tool == tool && result.Succeeded).Select(result => result.Measurement.Wall));
        return double.IsNaN(median) ? null : median;
    }

    private static string Ratio(double wall, double? ours) => ours is > 0 ? F(wall / ours.Value, "F2") : "";

    private static string F(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
