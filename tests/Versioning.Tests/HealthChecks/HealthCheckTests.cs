using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.HealthChecks;

[TestFixture]
internal sealed class HealthCheckTests
{
    private TempFolder _folder = null!;
    private MemoryStore _objects = null!;
    private ServiceProvider _provider = null!;
    private BrokenStore _broken = null!;

    [SetUp]
    public async Task SetUp()
    {
        (_folder, _objects) = (new TempFolder(), new MemoryStore());
        _broken = new BrokenStore(_objects);
        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        _folder.Write("m/weights", "weights");
        await store.CommitAsync("models/churn", _folder.Of("m"));
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddVersioning(options => options.CacheDirectory = _folder.Of("cache")).UseStore(_ => new PassingStore(_objects));
        services.AddVersioning("far", options => options.CacheDirectory = _folder.Of("cache")).UseStore(_ => _broken);
        services.AddHealthChecks().AddVersioning().AddVersioning("far", failureStatus: HealthStatus.Degraded);
        _provider = services.BuildServiceProvider();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _provider.DisposeAsync();
        await _broken.DisposeAsync();
        _folder.Dispose();
        await _objects.DisposeAsync();
    }

    [Test]
    public async Task Store_ThatCanBeRead_IsHealthy_AndSaysWhatIsLive()
    {
        var store = _provider.GetRequiredService<VersionStore>();
        await using VersionWatch watch = store.Watch("models/churn"), other = store.Watch("models/churn@staging");
        await using IAsyncEnumerator<ArtifactVersion> versions = watch.GetAsyncEnumerator();
        await versions.MoveNextAsync();
        HealthReportEntry entry = (await CheckAsync()).Entries["versioning"];
        Assert.That(entry.Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(entry.Data["live:models/churn"], Is.EqualTo(versions.Current.Pin.ToString()));
        Assert.That((entry.Data["position"], entry.Data["store"]), Is.EqualTo((1L, store.Id)));

        _ = other.GetChangeToken();
        while (other.Failure is null)
        {
            await Task.Delay(1);
        }

        entry = (await CheckAsync()).Entries["versioning"];
        Assert.That((entry.Status, entry.Data["live:models/churn@staging"]), Is.EqualTo((HealthStatus.Degraded, "nothing yet")));
        Assert.That(entry.Description, Does.Contain("models/churn@staging"));
    }

    [Test]
    public async Task Store_ThatCanNotBeRead_IsWhatTheRegistrationSays_WithWhatIsLiveAllTheSame()
    {
        var store = _provider.GetRequiredKeyedService<VersionStore>("far");
        await using VersionWatch watch = store.Watch("models/churn");
        await using IAsyncEnumerator<ArtifactVersion> versions = watch.GetAsyncEnumerator();
        await versions.MoveNextAsync();
        _broken.IsBroken = true;
        HealthReportEntry entry = (await CheckAsync()).Entries["versioning:far"];
        Assert.That((entry.Status, entry.Description), Is.EqualTo((HealthStatus.Degraded, "The store can't be read: store_unavailable.")));
        Assert.That(entry.Data["live:models/churn"], Is.EqualTo(versions.Current.Pin.ToString()));
    }

    [Test]
    public async Task Version_ThatIsRefused_IsDegraded_AndNotLive()
    {
        var store = _provider.GetRequiredService<VersionStore>();
        await using VersionWatch watch = store.Watch("models/churn");
        await using IAsyncEnumerator<ArtifactVersion> versions = watch.GetAsyncEnumerator();
        await versions.MoveNextAsync();
        watch.ReportRefusal(new VersioningException("model_refused", "/home/someone/secret"));
        HealthReportEntry entry = (await CheckAsync()).Entries["versioning"];
        Assert.That((entry.Status, entry.Data["live:models/churn"], entry.Data["refused:models/churn"]), Is.EqualTo((HealthStatus.Degraded, "nothing yet", "model_refused")));
        Assert.That(entry.Description, Does.Contain("models/churn").And.Not.Contain("secret"));
        using LocalVersion used = await store.FetchAsync("models/churn@1");
        watch.ReportLive(used);
        entry = (await CheckAsync()).Entries["versioning"];
        Assert.That((entry.Status, entry.Data["live:models/churn"], entry.Data.ContainsKey("refused:models/churn")), Is.EqualTo((HealthStatus.Healthy, used.Pin.ToString(), false)));
    }

    private Task<HealthReport> CheckAsync() => _provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    private sealed class BrokenStore(ObjectStore inner) : PassingStore(inner)
    {
        internal bool IsBroken { get; set; }

        protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken) => IsBroken
            ? throw new StoreUnavailableException("store_unavailable", "/home/someone/secret can't be read", transient: true)
            : base.ReadCoreAsync(key, offset, destination, cancellationToken);
    }
}
