using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Versioning;

/// <summary>What is measured, for whoever listens to the <see cref="Meter"/> or <see cref="ActivitySource"/> called <see cref="Name"/>.</summary>
/// <remarks>Tags have few values: never a path, a name that a user chose, or a secret.</remarks>
internal static class Telemetry
{
    internal const string Name = "Versioning";

    private static readonly string? Version = typeof(Telemetry).Assembly.GetName().Version?.ToString(3);

    internal static readonly ActivitySource Spans = new(Name, Version);

    private static readonly Meter Meter = new(Name, Version);

    private static readonly Histogram<double> Seconds = Meter.CreateHistogram(
        "versioning.operation.duration", "s", "How long operations took.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800, 7200] });

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("versioning.bytes", "By", "Bytes of files that operations committed, wrote, copied or checked.");

    private static readonly Counter<long> Files = Meter.CreateCounter<long>("versioning.files", "{file}", "Files that operations committed, wrote, copied or checked.");

    private static readonly Counter<long> Uploaded = Meter.CreateCounter<long>("versioning.uploaded.bytes", "By", "Bytes that operations added to a store.");

    private static readonly Counter<long> Lookups = Meter.CreateCounter<long>("versioning.cache.lookups", "{lookup}", "Questions to this machine's caches.");

    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("versioning.verification.failures", "{failure}", "Objects that were not what their digests say.");

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("versioning.store.requests", "{request}", "Requests to stores.");

    private static readonly Counter<long> Retries = Meter.CreateCounter<long>("versioning.store.retries", "{retry}", "Requests that were made again: after a failure, or after a race for the next journal entry was lost.");

    internal static bool CountsRequests => Requests.Enabled;

    internal static void Done(string operation, string scheme, string outcome, TimeSpan time, OperationCount count)
    {
        var tags = new TagList { { "operation", operation }, { "scheme", scheme }, { "outcome", outcome } };
        Seconds.Record(time.TotalSeconds, tags);
        tags = new TagList { { "operation", operation }, { "scheme", scheme } };
        Add(Bytes, count.Bytes, tags);
        Add(Files, count.Files, tags);
        Add(Uploaded, count.Uploaded, tags);
        Add(Failures, count.Damages, tags);
    }

    /// <summary>A cache was asked for something.</summary>
    internal static void Lookup(string cache, bool hit)
    {
        if (Lookups.Enabled)
        {
            Lookups.Add(1, new("cache", cache), new("result", hit ? "hit" : "miss"));
        }
    }

    /// <summary>A chunk that was read is damaged for good.</summary>
    internal static void Damaged(string scheme)
    {
        if (Failures.Enabled)
        {
            Failures.Add(1, new("operation", "read"), new("scheme", scheme));
        }
    }

    internal static void Request(string request, string location, Exception? failure) =>
        Requests.Add(1, new("request", request), new("scheme", SchemeOf(location)), new("outcome", OutcomeOf(failure)));

    internal static void Retry(string request, string location)
    {
        if (Retries.Enabled)
        {
            Retries.Add(1, new("request", request), new("scheme", SchemeOf(location)));
        }
    }

    /// <summary>The kind of a store. Only known ones are told apart.</summary>
    internal static string SchemeOf(string? location)
    {
        int end = location?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        return location is null ? "none" : end < 0 ? location == "memory" ? "memory" : "file" : location.AsSpan(0, end) switch
        {
            "s3" => "s3",
            "azure" => "azure",
            "https" => "https",
            "http" => "http",
            "file" => "file",
            _ => "other",
        };
    }

    internal static string OutcomeOf(Exception? failure) => failure switch
    {
        null => "ok",
        NotFoundException => "not_found",
        ConflictException => "conflict",
        IntegrityException => "damaged",
        StoreUnavailableException => "unavailable",
        OperationCanceledException => "cancelled",
        _ => "error",
    };

    private static void Add(Counter<long> counter, long amount, in TagList tags)
    {
        if (amount > 0)
        {
            counter.Add(amount, tags);
        }
    }
}
