using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Versioning.ML.Tests;

/// <summary>What listeners are told of swaps.</summary>
[TestFixture]
internal sealed class TelemetryTests : ModelFixture
{
    [Test]
    public async Task Swaps_Loads_AndRefusals_AreMeasuredAndTraced_WithoutNames()
    {
        var measures = new ConcurrentQueue<string>();
        var spans = new ConcurrentQueue<Activity>();
        using var meter = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Name.StartsWith("versioning.model.", StringComparison.Ordinal)) { listener.EnableMeasurementEvents(instrument); } } };
        meter.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measures.Enqueue($"{instrument.Name} {value} {Text(tags)}"));
        meter.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measures.Enqueue($"{instrument.Name} {(value > 0 ? "s" : value)} {Text(tags)}"));
        meter.Start();
        using var activities = new ActivityListener { ShouldListenTo = source => source.Name == "Versioning", Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData, ActivityStopped = spans.Enqueue };
        ActivitySource.AddActivityListener(activities);
        await CommitAsync(1);
        await CommitAsync(2);
        await CommitBrokenAsync();
        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync();
        await PublishAsync(2);
        await UntilAsync(() => model.Before is not null);
        await PublishAsync(3);
        await UntilAsync(() => model.Failure is not null);
        await model.RollBackAsync();
        await model.DisposeAsync();
        await UntilAsync(() => measures.Count(m => m.StartsWith("versioning.model.loaded -1", StringComparison.Ordinal)) == 3);
        Assert.That(measures.Order(StringComparer.Ordinal), Is.EqualTo(
        [
            .. Enumerable.Repeat("versioning.model.load.duration s kind=mlnet,outcome=ok", 3),
            "versioning.model.load.duration s kind=mlnet,outcome=refused",
            .. Enumerable.Repeat("versioning.model.loaded -1 kind=mlnet", 3),
            .. Enumerable.Repeat("versioning.model.loaded 1 kind=mlnet", 3),
            .. Enumerable.Repeat("versioning.model.swaps 1 kind=mlnet,cause=reference", 2),
            "versioning.model.swaps 1 kind=mlnet,cause=rollback",
        ]));
        Activity[] loads = [.. spans.Where(span => span.OperationName == "versioning load")];
        Assert.That(loads.Select(span => $"{span.GetTagItem("versioning.subject")} {span.Status} {span.StatusDescription}".TrimEnd()), Is.EqualTo(
            ["models/churn@1 Ok", "models/churn@2 Ok", "models/churn@3 Error model_refused", "models/churn@1 Ok"]));
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
}
