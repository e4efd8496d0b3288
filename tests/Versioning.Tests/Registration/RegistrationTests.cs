using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Registration;

[TestFixture]
internal sealed class RegistrationTests
{
    private TempFolder _folder = null!;
    private ServiceCollection _services = null!;

    [SetUp]
    public void SetUp() => (_folder, _services) = (new TempFolder(), new ServiceCollection());

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Store_IsOneForAll_AndReadsAndWrites()
    {
        await MakeStoreAsync("store");
        _services.AddVersioning().UseLocalDisk(_folder.Of("store"));
        await using ServiceProvider provider = _services.BuildServiceProvider(validateScopes: true);

        var store = provider.GetRequiredService<VersionStore>();
        await using (AsyncServiceScope scope = provider.CreateAsyncScope())
        {
            Assert.That(scope.ServiceProvider.GetRequiredService<VersionStore>(), Is.SameAs(store));
        }

        Assert.That((await store.CommitAsync("datasets/x", _folder.Of("source"))).Version.Number, Is.EqualTo(1));
        Assert.That(store.Id, Has.Length.EqualTo(32));
    }

    [Test]
    public async Task Store_OfAContainer_IsOpenedByItsFirstOperation_NotBefore()
    {
        await using var objects = new MemoryStore();
        await using var counting = new Faults.CountingStore(objects);
        _services.AddVersioning().UseStore(_ => counting);
        await using ServiceProvider provider = _services.BuildServiceProvider();
        var store = provider.GetRequiredService<VersionStore>();

        Assert.That(counting.Total, Is.Zero);
        Assert.That(() => store.Id, Throws.InvalidOperationException);
        Assert.That(async () => await store.ResolveAsync("datasets/x"), StoreNotFound());
        Assert.That(async () => await store.CommitAsync("datasets/x", _folder.Root), StoreNotFound());
        Assert.That(async () => await store.TagAsync("datasets/x", "t"), StoreNotFound());
        Assert.That(async () => await store.ListArtifactsAsync().CountAsync(), StoreNotFound());
        Assert.That(async () => await store.AuditAsync().CountAsync(), StoreNotFound());
        Assert.That(async () => await store.VerifyAsync(), StoreNotFound());
        Assert.That(async () => await store.EnsureOpenAsync(), StoreNotFound());

        // What failed once is tried again: the store may come, or the network come back, while the application runs.
        await (await VersionStore.CreateAsync(new PassingStore(objects))).DisposeAsync();
        Assert.That(await store.ListArtifactsAsync().CountAsync(), Is.Zero);
        Assert.That(store.Id, Has.Length.EqualTo(32));

        static NUnit.Framework.Constraints.Constraint StoreNotFound() => Throws.TypeOf<NotFoundException>().With.Property("Code").EqualTo("store_not_found");
    }

    [Test]
    public async Task Stores_WithNames_AreApart()
    {
        _services.AddVersioning().UseLocalDisk(_folder.Of("default"));
        _services.AddVersioning("models").UseLocalDisk(_folder.Of("models"));
        _services.AddVersioning("data").UseLocation(_folder.Of("data"));
        _services.AddSingleton<Consumer>();
        await using ServiceProvider provider = _services.BuildServiceProvider();

        Consumer consumer = provider.GetRequiredService<Consumer>();
        Assert.That(consumer.Locations, Is.EqualTo([_folder.Of("default"), _folder.Of("models"), _folder.Of("data")]));
        var models = provider.GetRequiredKeyedService<VersionStore>("models");
        Assert.That(provider.GetRequiredKeyedService<VersionStore>("models"), Is.SameAs(models));
        Assert.That(provider.GetKeyedService<VersionStore>("other"), Is.Null);
    }

    [Test]
    public void Store_WithANameOnly_IsNotTheDefault()
    {
        _services.AddVersioning("models").UseLocalDisk(_folder.Of("models"));
        using ServiceProvider provider = _services.BuildServiceProvider();
        Assert.That(provider.GetService<VersionStore>(), Is.Null);
        Assert.That(provider.GetRequiredKeyedService<VersionStore>("models").Location, Is.EqualTo(_folder.Of("models")));
    }

    [Test]
    public void Options_ComeFromTheConfiguration()
    {
        Configure(
            ("Versioning:Location", _folder.Of("a")),
            ("Versioning:Author", "ann"),
            ("Versioning:CacheDirectory", _folder.Of("cache")),
            ("versioning:concurrency", "3"),
            ("Versioning:Stores:models:Location", _folder.Of("b")));
        _services.AddVersioning();
        _services.AddVersioning("models");
        using ServiceProvider provider = _services.BuildServiceProvider();

        VersioningOptions options = provider.GetRequiredService<IOptions<VersioningOptions>>().Value;
        Assert.That((options.Location, options.Author, options.CacheDirectory, options.Concurrency), Is.EqualTo((_folder.Of("a"), "ann", _folder.Of("cache"), 3)));
        Assert.That(provider.GetRequiredService<VersionStore>().Location, Is.EqualTo(_folder.Of("a")));
        Assert.That(provider.GetRequiredKeyedService<VersionStore>("models").Location, Is.EqualTo(_folder.Of("b")));
        VersioningOptions named = provider.GetRequiredService<IOptionsMonitor<VersioningOptions>>().Get("models");
        Assert.That((named.Author, named.Concurrency), Is.EqualTo(((string?)null, Environment.ProcessorCount)));
    }

    [Test]
    public void Options_SetInCode_ComeBeforeTheConfiguration_HoweverOftenItIsAdded()
    {
        Configure(("Versioning:Location", _folder.Of("a")), ("Versioning:Author", "ann"), ("Versioning:Concurrency", "3"));
        _services.AddVersioning(options => options.Author = "bob").UseLocation(_folder.Of("b"));
        _services.AddVersioning();
        using ServiceProvider provider = _services.BuildServiceProvider();
        VersioningOptions options = provider.GetRequiredService<IOptions<VersioningOptions>>().Value;
        Assert.That((options.Location, options.Author, options.Concurrency), Is.EqualTo((_folder.Of("b"), "bob", 3)));
        Assert.That(provider.GetServices<VersionStore>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Use_TheLastCounts()
    {
        _services.AddVersioning().UseLocalDisk(_folder.Of("a")).UseStore(_ => new MemoryStore()).UseLocation(_folder.Of("b"));
        _services.AddVersioning("x").UseLocation(_folder.Of("a")).UseStore(_ => new MemoryStore());
        using ServiceProvider provider = _services.BuildServiceProvider();
        Assert.That(provider.GetRequiredService<VersionStore>().Location, Is.EqualTo(_folder.Of("b")));
        Assert.That(provider.GetRequiredKeyedService<VersionStore>("x").Location, Is.EqualTo("memory"));
    }

    [TestCase("Location", null, "is not set")]
    [TestCase("Location", " ", "is not set")]
    [TestCase("Location", "gopher://x/y", "gopher")]
    [TestCase("Location", "https://user:hunter2@example.invalid/", "https://host/path")]
    [TestCase("Concurrency", "0", "is 0")]
    [TestCase("Concurrency", "many", "'many'")]
    [TestCase("Author", "", "is empty")]
    [TestCase("CacheDirectory", "", "is empty")]
    public void Options_ThatAreWrong_FailAtStart_AndAreNamed(string setting, string? value, string says)
    {
        foreach (string section in new[] { "Versioning", "Versioning:Stores:models" })
        {
            ServiceCollection services = new();
            services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                [$"{section}:Location"] = _folder.Of("a"),
                [$"{section}:{setting}"] = value,
            }).Build());
            _ = section == "Versioning" ? services.AddVersioning() : services.AddVersioning("models");
            using ServiceProvider provider = services.BuildServiceProvider();

            // What a host does before it starts anything.
            OptionsValidationException error = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IStartupValidator>().Validate)!;
            Assert.That(error.Message, Does.Contain($"{section}:{setting}").And.Contain(says).And.Not.Contain("hunter2"));
            Assert.That(() => provider.GetKeyedService<VersionStore>(section == "Versioning" ? null : "models"), Throws.TypeOf<OptionsValidationException>());
        }
    }

    [Test]
    public void Options_ThatAreWrongInTwoStores_AreBothNamed()
    {
        _services.AddVersioning();
        _services.AddVersioning("models", options => options.Concurrency = -1).UseLocalDisk(_folder.Of("a"));
        using ServiceProvider provider = _services.BuildServiceProvider();
        Assert.That(provider.GetRequiredService<IStartupValidator>().Validate, Throws.Exception.With.Message.Contains("Versioning:Location").Or.Message.Contains("Versioning:Stores:models:Concurrency"));
    }

    [Test]
    public void Options_ThatAreRight_Pass()
    {
        _services.AddVersioning().UseStore(_ => throw new InvalidOperationException("Nothing is opened at start."));
        _services.AddVersioning("models").UseLocation("https://example.invalid/v1");
        using ServiceProvider provider = _services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    }

    [Test]
    public async Task Objects_AreDisposedWithTheContainer([Values] bool awaited, [Values] bool used)
    {
        var objects = new DisposedStore(new MemoryStore());
        _services.AddVersioning("x").UseStore(_ => objects);
        ServiceProvider provider = _services.BuildServiceProvider();
        _ = used ? provider.GetRequiredKeyedService<VersionStore>("x") : null;
        if (awaited)
        {
            await provider.DisposeAsync();
        }
        else
        {
#pragma warning disable CA1849 // A container that is not awaited is what is tested.
            provider.Dispose();
#pragma warning restore CA1849
        }

        Assert.That(objects.Disposed, Is.EqualTo(used ? 1 : 0));
    }

    [Test]
    public async Task Clock_OfTheContainer_IsTheStores()
    {
        await MakeStoreAsync("store");
        var time = new FakeTimeProvider(new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero));
        _services.AddSingleton<TimeProvider>(time);
        _services.AddVersioning(options => options.Author = "ann").UseLocalDisk(_folder.Of("store"));
        await using ServiceProvider provider = _services.BuildServiceProvider();
        CommitResult made = await provider.GetRequiredService<VersionStore>().CommitAsync("datasets/x", _folder.Of("source"));
        Assert.That((made.Version.Created, made.Version.Author), Is.EqualTo((time.GetUtcNow(), "ann")));
    }

    private void Configure(params (string Key, string Value)[] settings) =>
        _services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value)).Build());

    private async Task MakeStoreAsync(string folder)
    {
        _folder.Write("source/a.txt", "text");
        await (await VersionStore.CreateAsync(_folder.Of(folder))).DisposeAsync();
    }

    private sealed class Consumer(VersionStore store, [FromKeyedServices("models")] VersionStore models, [FromKeyedServices("data")] VersionStore data)
    {
        internal string[] Locations => [store.Location, models.Location, data.Location];
    }

    private sealed class DisposedStore(ObjectStore inner) : PassingStore(inner)
    {
        internal int Disposed { get; private set; }

        public override async ValueTask DisposeAsync()
        {
            Disposed++;
            await base.DisposeAsync();
        }
    }
}
