using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Versioning.ML;

/// <summary>What is measured of live models, beside what the core measures under the same names. No tag holds a name that a user chose.</summary>
internal static class Telemetry
{
    internal const string Name = "Versioning";

    private static readonly string? Version = typeof(Telemetry).Assembly.GetName().Version?.ToString(3);

    private static readonly ActivitySource Spans = new(Name, Version);

    private static readonly Meter Meter = new(Name, Version);

    private static readonly Histogram<double> Seconds = Meter.CreateHistogram(
        "versioning.model.load.duration", "s", "How long models took to load and to be checked.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300] });

    private static readonly Counter<long> Swaps = Meter.CreateCounter<long>("versioning.model.swaps", "{swap}", "Versions that became live.");

    private static readonly UpDownCounter<long> Loaded = Meter.CreateUpDownCounter<long>("versioning.model.loaded", "{model}", "Models in memory: those that are live, and those that requests still use.");

    internal static Activity? StartLoad(ArtifactPin version) => Spans.StartActivity("versioning load")?.SetTag("versioning.subject", version.ToShortText());

    internal static void LoadEnded(Activity? span, string kind, TimeSpan time, Exception? failure)
    {
        Seconds.Record(time.TotalSeconds, new("kind", kind), new("outcome", failure is null ? "ok" : "refused"));

        // The message of a failure may name a path.
        span?.SetStatus(failure is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, failure is null ? null : (failure as VersioningException)?.Code ?? "error");
    }

    internal static void Swapped(string kind, string cause) => Swaps.Add(1, new("kind", kind), new("cause", cause));

    internal static void InMemory(string kind, int change) => Loaded.Add(change, new KeyValuePair<string, object?>("kind", kind));
}
