using System.Globalization;
using Versioning.Benchmarks.Comparing;

namespace Versioning.Benchmarks.Targets;

/// <summary>What a target is about.</summary>
internal enum Quantity
{
    TimesFaster,
    TimesAsLong,
    MillisecondsMore,
    Seconds,
    ProcessorPerGigabyte,
    NewMegabytes,
    StoredMegabytes,
    StoredPercent,
    PeakMebibytes,
    MebibytesBesides,
    MebibytesRead,
    Reads,
}

/// <summary>One line of the table of targets.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="Operation">What is done with it.</param>
/// <param name="Tool">Our variant.</param>
/// <param name="Quantity">What is measured, as the median of all rounds.</param>
/// <param name="Limit">The least for <see cref="Quantity.TimesFaster"/>, the most for all others; at scale 1.</param>
/// <param name="Peer">The tool that ours is compared with.</param>
internal sealed record Target(string Workload, Operation Operation, string Tool, Quantity Quantity, double Limit, string? Peer = null)
{
    private bool IsLeast => Quantity == Quantity.TimesFaster;

    /// <summary>What was measured; null where that was not.</summary>
    public double? Measure(IEnumerable<Result> results)
    {
        Result[] all = [.. results.Where(result => result.Succeeded && result.Workload == Workload && result.Operation == Operation)];
        Result[] ours = [.. all.Where(result => result.Tool == Tool)];
        double value = Quantity switch
        {
            Quantity.TimesFaster => Median(all.Where(result => result.Tool == Peer), Wall) / Median(ours, Wall),
            Quantity.TimesAsLong => Median(ours, Wall) / Median(all.Where(result => result.Tool == Peer), Wall),
            Quantity.MillisecondsMore => 1000 * (Median(ours, Wall) - Median(all.Where(result => result.Tool == Peer), Wall)),
            Quantity.Seconds => Median(ours, Wall),
            Quantity.ProcessorPerGigabyte => Median(ours, result => result.Measurement.Processor / (result.Source.Bytes / 1e9)),
            Quantity.NewMegabytes => Median(ours, result => result.NewBytes / 1e6),
            Quantity.StoredMegabytes => Median(ours, result => result.Repository.Bytes / 1e6),
            Quantity.StoredPercent => Median(ours, result => 100.0 * result.NewBytes / result.Source.Bytes),
            Quantity.PeakMebibytes => Median(ours, result => result.Measurement.PeakBytes / 1048576.0),
            Quantity.MebibytesBesides => Median(ours.Where(result => result.ContentBytes is not null), result => (result.NewBytes - result.ContentBytes!.Value) / 1048576.0),
            Quantity.MebibytesRead => Median(ours.Where(result => result.ReadBytes is not null), result => result.ReadBytes!.Value / 1048576.0),
            Quantity.Reads => Median(ours.Where(result => result.Reads is not null), result => result.Reads!.Value),
            _ => double.NaN,
        };
        return double.IsNaN(value) ? null : value;

        static double Wall(Result result) => result.Measurement.Wall;
    }

    /// <summary>The limit for a smaller workload: what is stored shrinks with it, times and memory do not.</summary>
    public double LimitAt(double scale) => Quantity is Quantity.NewMegabytes or Quantity.StoredMegabytes ? Limit * scale : Limit;

    public bool IsMetBy(double value, double scale) => IsLeast ? value >= Limit : value <= LimitAt(scale);

    public string Text(double scale)
    {
        string limit = LimitAt(scale).ToString("0.##", CultureInfo.InvariantCulture);
        return $"{Workload} · {Operation} · {Tool}: " + Quantity switch
        {
            Quantity.TimesFaster => $"≥ {limit} × {Peer}",
            Quantity.TimesAsLong => $"≤ {limit} × the time of {Peer}",
            Quantity.MillisecondsMore => $"≤ {limit} ms more than {Peer}",
            Quantity.Seconds => $"≤ {limit} s",
            Quantity.ProcessorPerGigabyte => $"≤ {limit} CPU s per GB",
            Quantity.NewMegabytes => $"≤ {limit} MB new",
            Quantity.StoredMegabytes => $"≤ {limit} MB stored",
            Quantity.StoredPercent => $"≤ {limit} % stored",
            Quantity.PeakMebibytes => $"≤ {limit} MiB peak",
            Quantity.MebibytesBesides => $"≤ {limit} MiB besides the files' own bytes",
            Quantity.MebibytesRead => $"≤ {limit} MiB read",
            _ => $"≤ {limit} objects or ranges read",
        };
    }

    private static double Median(IEnumerable<Result> results, Func<Result, double> value) => Report.Median(results.Select(value));
}
