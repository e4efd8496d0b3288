using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Versioning.ML.Tests;

/// <summary>A store of models whose version n multiplies by n, and applications that use it.</summary>
internal abstract class ModelFixture
{
    protected const string Artifact = "models/churn", Production = "models/churn@production";

    private readonly List<ServiceProvider> _applications = [];

    protected TempFolder Folder { get; private set; } = null!;

    protected MemoryStore Objects { get; private set; } = null!;

    protected VersionStore Writer { get; private set; } = null!;

    /// <summary>What the last application logged.</summary>
    protected Lines Logged { get; } = new();

    /// <summary>What every request of an application to its store throws; null: nothing.</summary>
    protected Exception? Failure { get; set; }

    /// <summary>Which keys it is thrown for. Default: all.</summary>
    protected Func<string, bool> FailsOn { get; set; } = _ => true;

    /// <summary>What the last application watches.</summary>
    protected VersionWatch Watch => _applications[^1].GetRequiredService<VersionStore>().Watches.Single();

    [SetUp]
    public async Task MakeStore()
    {
        (Folder, Objects, Failure, FailsOn) = (new TempFolder(), new MemoryStore(), null, _ => true);
        Logged.Texts.Clear();
        Writer = await VersionStore.CreateAsync(new PassingStore(Objects), new VersionStoreOptions { Author = "tester", CacheDirectory = Folder.Of("writer") });
    }

    [TearDown]
    public async Task RemoveStore()
    {
        foreach (ServiceProvider application in _applications)
        {
            await application.DisposeAsync();
        }

        _applications.Clear();
        await Writer.DisposeAsync();
        foreach (string file in Directory.EnumerateFiles(Folder.Root, "*", SearchOption.AllDirectories).Where(_ => OperatingSystem.IsWindows()))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        Folder.Dispose();
        await Objects.DisposeAsync();
    }

    /// <summary>Commits the next version.</summary>
    protected async Task<ArtifactPin> CommitAsync(Action<string> write, string artifact = Artifact)
    {
        string folder = Folder.Of($"source-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        write(folder);
        return (await Writer.CommitAsync(artifact, folder)).Pin;
    }

    protected Task<ArtifactPin> CommitAsync(int factor, string artifact = Artifact) => CommitAsync(folder => Rows.Save(Path.Join(folder, "model.zip"), factor, "Y"), artifact);

    protected Task<ArtifactPin> CommitBrokenAsync() => CommitAsync(folder => File.WriteAllText(Path.Join(folder, "model.zip"), $"no model {Guid.NewGuid()}"));

    protected Task PublishAsync(long number) => Writer.MoveAliasAsync(Artifact, "production", $"{number}");

    protected ServiceProvider Application(Action<IServiceCollection> configure, string cache = "cache")
    {
        var services = new ServiceCollection();
        Configure(services, cache);
        configure(services);
        ServiceProvider application = services.BuildServiceProvider(validateScopes: true);
        _applications.Add(application);
        return application;
    }

    protected void Configure(IServiceCollection services, string cache = "cache")
    {
        services.AddLogging(logging => logging.AddProvider(Logged));
        services.AddVersioning(options => options.CacheDirectory = Folder.Of(cache)).UseStore(_ => new FailingStore(this));
    }

    /// <summary>An application with one model that has started.</summary>
    protected async Task<VersionedModel<Row, Answer>> StartAsync(Action<VersionedModelOptions<Row, Answer>>? configure = null)
    {
        VersionedModel<Row, Answer> model = Model(configure);
        await model.StartAsync();
        return model;
    }

    protected VersionedModel<Row, Answer> Model(Action<VersionedModelOptions<Row, Answer>>? configure = null, string cache = "cache") =>
        Application(services => services.AddVersionedModel<Row, Answer>(Production, options => Often(options, configure)), cache).GetRequiredService<VersionedModel<Row, Answer>>();

    protected static void Often<TOptions>(TOptions options, Action<TOptions>? configure = null)
        where TOptions : VersionedModelOptions
    {
        options.Interval = TimeSpan.FromMilliseconds(5);
        configure?.Invoke(options);
    }

    /// <summary>The number of the version that answers, by what it answers; both have to agree.</summary>
    protected static long Answering(VersionedModel<Row, Answer> model, float x = 3)
    {
        float y = model.Predict(new Row { X = x }, out ArtifactPin version).Y;
        Assert.That(y, Is.EqualTo(x * version.Number));
        return version.Number;
    }

    protected static async Task UntilAsync(Func<bool> holds)
    {
        for (long start = Environment.TickCount64; !holds();)
        {
            Assert.That(Environment.TickCount64 - start, Is.LessThan(60_000), "It did not happen.");
            await Task.Delay(2);
        }
    }

    protected sealed class Lines : ILoggerProvider, ILogger
    {
        internal ConcurrentQueue<string> Texts { get; } = new();

        public ILogger CreateLogger(string categoryName) => categoryName == "Versioning" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Texts.Enqueue($"{logLevel} {formatter(state, exception)} {exception?.Message}");

        public void Dispose()
        {
        }
    }

    private sealed class FailingStore(ModelFixture fixture) : PassingStore(fixture.Objects)
    {
        protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            fixture.Failure is { } failure && fixture.FailsOn(key.Value) ? throw failure : base.ReadCoreAsync(key, offset, destination, cancellationToken);

        protected override IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, CancellationToken cancellationToken) =>
            fixture.Failure is { } failure ? throw failure : base.ListCoreAsync(prefix, cancellationToken);
    }
}
