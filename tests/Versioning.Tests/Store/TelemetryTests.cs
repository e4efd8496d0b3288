using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Store;

/// <summary>What listeners are told, and what they never are.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class TelemetryTests
{
    private readonly ConcurrentQueue<(string Instrument, double Value, string Tags)> _measures = new();
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly Lines _log = new();

    private TempFolder _folder = null!;
    private MemoryStore _objects = null!;
    private MeterListener _meter = null!;
    private ActivityListener _activities = null!;
    private VersionStore _store = null!;

    [SetUp]
    public async Task SetUp()
    {
        _measures.Clear();
        _spans.Clear();
        _log.Text.Clear();
        (_folder, _objects) = (new TempFolder(), new MemoryStore());
        _meter = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Meter.Name == "Versioning") { listener.EnableMeasurementEvents(instrument); } } };
        _meter.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _measures.Enqueue((instrument.Name, value, Text(tags))));
        _meter.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _measures.Enqueue((instrument.Name, value, Text(tags))));
        _meter.Start();
        _activities = new ActivityListener { ShouldListenTo = source => source.Name == "Versioning", Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData, ActivityStopped = _spans.Enqueue };
        ActivitySource.AddActivityListener(_activities);
        _store = await VersionStore.CreateAsync(new PlacedStore(_objects), new VersionStoreOptions { CacheDirectory = _folder.Of("cache"), Logger = _log, Author = "tester" });
        _folder.Write("s/a", new byte[1000]);
        _folder.Write("s/b", new byte[200]);
    }

    [TearDown]
    public async Task TearDown()
    {
        _meter.Dispose();
        _activities.Dispose();
        await _store.DisposeAsync();
        foreach (string file in Directory.EnumerateFiles(_folder.Root, "*", SearchOption.AllDirectories).Where(_ => OperatingSystem.IsWindows()))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        _folder.Dispose();
        await _objects.DisposeAsync();
    }

    [Test]
    public async Task Operations_AreMeasured_Traced_AndLogged()
    {
        CommitResult made = await _store.CommitAsync("datasets/x", _folder.Of("s"));
        await _store.FetchAsync(made, _folder.Of("t"));
        (await _store.FetchAsync("datasets/x")).Dispose();
        (await _store.FetchAsync("datasets/x")).Dispose();
        await _store.VerifyAsync();
        await _store.MirrorAsync(new MemoryStore());
        await using (VersionStore other = await VersionStore.CreateAsync(new MemoryStore(), _folder.Options))
        {
            await _store.CopyAsync(["datasets/x"], other);
        }

        // What lies in the cache is no fetch.
        Assert.That(_spans.Select(s => s.DisplayName), Is.EqualTo(["versioning commit", "versioning fetch", "versioning fetch", "versioning verify", "versioning mirror", "versioning copy"]));
        Assert.That(_spans.Select(s => s.Status), Has.All.EqualTo(ActivityStatusCode.Ok));
        Assert.That(_spans.First().GetTagItem("versioning.subject"), Is.EqualTo("datasets/x@1"));
        Assert.That(Sum("versioning.bytes", "operation=commit;scheme=s3"), Is.EqualTo(1200));
        Assert.That(Sum("versioning.files", "operation=fetch;scheme=s3"), Is.EqualTo(4));
        Assert.That(Sum("versioning.uploaded.bytes", "operation=commit;scheme=s3"), Is.EqualTo(made.StoredBytes));
        Assert.That(_measures.Count(m => m is { Instrument: "versioning.operation.duration", Tags: "operation=fetch;scheme=s3;outcome=ok" }), Is.EqualTo(2));
        Assert.That(Sum("versioning.cache.lookups", "cache=content;result=miss"), Is.EqualTo(2));
        Assert.That(Sum("versioning.store.requests", "request=create;scheme=s3;outcome=ok"), Is.GreaterThan(2));
        Assert.That(_log.Text, Has.One.StartsWith("Information commit of datasets/x@1: 2 files, 1200 bytes in "));
    }

    [Test]
    public async Task Failures_AreToldByTheirKind()
    {
        Assert.That(async () => await _store.FetchAsync("datasets/y", _folder.Of("t")), Throws.TypeOf<NotFoundException>());
        Assert.That((_spans.Single().Status, _spans.Single().StatusDescription), Is.EqualTo((ActivityStatusCode.Error, "artifact_not_found")));
        Assert.That(_measures, Has.One.Matches<(string Instrument, double, string Tags)>(m => m is { Instrument: "versioning.operation.duration", Tags: "operation=fetch;scheme=s3;outcome=not_found" }));
        Assert.That(_log.Text, Has.One.StartsWith("Debug fetch of the store failed after "));

        await _store.CommitAsync("datasets/x", _folder.Of("s"));
        foreach (ObjectKey key in await _objects.KeysAsync("packs/"))
        {
            byte[] bytes = await _objects.BytesAsync(key);
            bytes[5] ^= 1;
            await _objects.ReplaceAsync(key, bytes);
        }

        Assert.That((await _store.VerifyAsync()).IsSound, Is.False);
        Assert.That(Sum("versioning.verification.failures", "operation=verify;scheme=s3"), Is.GreaterThan(0));
        Assert.That(_log.Text, Has.One.StartsWith("Error Verification found "));
    }

    [Test]
    public async Task Tags_NameNoPathAndNoUser()
    {
        await _store.CommitAsync("datasets/x", _folder.Of("s"));
        Assert.That(async () => await _store.CommitAsync("datasets/x", _folder.Of("nothing")), Throws.Exception);
        (await _store.FetchAsync("datasets/x")).Dispose();
        string[] told = [.. _measures.Select(m => m.Tags), .. _spans.SelectMany(s => s.TagObjects.Select(t => $"{t.Value}").Append(s.StatusDescription ?? ""))];
        Assert.That(told, Has.None.Contains(_folder.Root).And.None.Contains("secret-bucket").And.None.Contains("tester"));
        Assert.That(_measures.Select(m => m.Tags), Has.None.Contains("datasets"));
    }

    private double Sum(string instrument, string tags) => _measures.Where(m => m.Instrument == instrument && m.Tags == tags).Sum(m => m.Value);

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(';', tags.ToArray().Select(t => $"{t.Key}={t.Value}"));

    private sealed class PlacedStore(ObjectStore inner) : PassingStore(inner)
    {
        public override string Location => "s3://secret-bucket/prefix";

        public override bool IsRemote => true;
    }

    private sealed class Lines : ILogger
    {
        internal List<string> Text { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Text)
            {
                Text.Add($"{logLevel} {formatter(state, exception)}");
            }
        }
    }
}
