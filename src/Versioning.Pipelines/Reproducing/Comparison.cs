namespace Versioning.Pipelines.Reproducing;

/// <summary>What metrics and outputs say together.</summary>
internal static class Comparison
{
    /// <summary>All metrics that were or are measured, by name.</summary>
    internal static IReadOnlyList<ReproducedMetric> Metrics(IReadOnlyDictionary<string, double> recorded, IReadOnlyDictionary<string, double> measured, ReproduceOptions options) =>
        [.. from name in recorded.Keys.Union(measured.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            let was = recorded.TryGetValue(name, out double before) ? before : (double?)null
            let now = measured.TryGetValue(name, out double after) ? after : (double?)null
            let tolerance = options.Tolerances.TryGetValue(name, out MetricTolerance own) ? own : options.Tolerance ?? default
            select new ReproducedMetric(name, was, now, was is { } one && now is { } other && tolerance.Holds(one, other))];

    /// <summary>Bytes that differ are a matter of metrics only where the caller says by how much those may differ.</summary>
    internal static ReproductionVerdict Verdict(IReadOnlyList<ReproducedOutput> outputs, IReadOnlyList<ReproducedMetric> metrics, ReproduceOptions options)
    {
        if (outputs.All(output => output.IsIdentical) && metrics.All(metric => metric.Recorded.Equals(metric.Measured)))
        {
            return ReproductionVerdict.Identical;
        }

        bool hasTolerance = options.Tolerance is not null || options.Tolerances.Count > 0;
        return hasTolerance && metrics.Count > 0 && metrics.All(metric => metric.IsWithin) && !outputs.Any(output => output.IsMissing)
            ? ReproductionVerdict.WithinTolerance
            : ReproductionVerdict.Different;
    }
}
