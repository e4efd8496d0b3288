using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Registration;

/// <summary>In a real generic host, with options out of a JSON file.</summary>
[TestFixture]
internal sealed class HostTests
{
    private TempFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TempFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task HostedService_CommitsToOneStore_AndFetchesFromAnother_AndStoresEndWithTheHost()
    {
        await (await VersionStore.CreateAsync(_folder.Of("store"), _folder.Options)).DisposeAsync();
        var published = new MemoryStore();
        await using (VersionStore other = await VersionStore.CreateAsync(new PassingStore(published), _folder.Options))
        {
            _folder.Write("words/b", "published");
            await other.CommitAsync("datasets/words", _folder.Of("words"));
        }

        _folder.Write("reviews/a", "text");
        HostApplicationBuilder builder = Builder($$"""
            {
              "Versioning": {
                "Location": "{{Json("store")}}",
                "CacheDirectory": "{{Json("cache")}}",
                "Author": "reviews-service",
                "Stores": { "published": { "CacheDirectory": "{{Json("cache")}}", "Requests": 3 } }
              }
            }
            """);
        var objects = new DisposedStore(published);
        builder.Services.AddVersioning();
        builder.Services.AddVersioning("published").UseStore(_ => objects);
        builder.Services.AddSingleton(new Folders(_folder.Of("reviews"), _folder.Of("fetched")));
        builder.Services.AddHostedService<Keeper>();
        VersionStore store;
        using (IHost host = builder.Build())
        {
            await host.StartAsync();
            store = host.Services.GetRequiredService<VersionStore>();
            ArtifactVersion made = await store.ResolveAsync("datasets/reviews");
            Assert.That((made.Author, made.Number), Is.EqualTo(("reviews-service", 1)));
            Assert.That(await File.ReadAllTextAsync(_folder.Of("fetched/b")), Is.EqualTo("published"));
            Assert.That(host.Services.GetRequiredService<IOptionsMonitor<VersioningOptions>>().Get("published").Requests, Is.EqualTo(3));
            await host.StopAsync();

            // Other services may still work while the host stops.
            Assert.That((await store.ResolveAsync("datasets/reviews")).Number, Is.EqualTo(1));
            Assert.That(objects.IsDisposed, Is.False);
        }

        Assert.That(objects.IsDisposed, Is.True);
    }

    [TestCase("""{ "Versioning": {}, "Stores": {} }""", "Versioning:Location")]
    [TestCase("""{ "Versioning": { "Location": "gopher://x" } }""", "Versioning:Location")]
    [TestCase("""{ "Versioning": { "Location": "store", "Requests": "many" } }""", "Versioning:Requests")]
    [TestCase("""{ "Versioning": { "Location": "store", "TrustedKeys": [ "mine" ] } }""", "Versioning:TrustedKeys:0")]
    [TestCase("""{ "Versioning": { "Location": "store", "Stores": { "published": { "Location": "store", "Concurrency": 0 } } } }""", "Versioning:Stores:published:Concurrency")]
    public async Task Start_WithAWrongConfiguration_NamesTheKey_AndStartsNothing(string json, string key)
    {
        HostApplicationBuilder builder = Builder(json);
        builder.Services.AddVersioning();
        if (key.Contains("published", StringComparison.Ordinal))
        {
            builder.Services.AddVersioning("published");
        }

        var started = new Started();
        builder.Services.AddHostedService(_ => started);
        using IHost host = builder.Build();
        OptionsValidationException? wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.That(wrong!.Message, Does.Contain(key));
        Assert.That(started.WasStarted, Is.False);
    }

    private HostApplicationBuilder Builder(string json)
    {
        _folder.Write("appsettings.json", json);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _folder.Root, DisableDefaults = true });
        builder.Configuration.AddJsonFile(_folder.Of("appsettings.json"), optional: false);
        return builder;
    }

    private string Json(string path) => _folder.Of(path).Replace("\\", "\\\\", StringComparison.Ordinal);

    private sealed record Folders(string Source, string Target);

    private sealed class Keeper(VersionStore store, [FromKeyedServices("published")] VersionStore published, Folders folders) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await store.CommitAsync("datasets/reviews", folders.Source, cancellationToken: cancellationToken);
            await published.FetchAsync("datasets/words", folders.Target, cancellationToken: cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Started : IHostedService
    {
        internal bool WasStarted { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            WasStarted = true;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class DisposedStore(ObjectStore inner) : PassingStore(inner)
    {
        internal bool IsDisposed { get; private set; }

        public override async ValueTask DisposeAsync()
        {
            IsDisposed = true;
            await base.DisposeAsync();
        }
    }
}
