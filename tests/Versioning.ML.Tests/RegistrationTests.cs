using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Versioning.ML.Tests;

/// <summary>Models in containers and hosts.</summary>
[TestFixture]
internal sealed class RegistrationTests : ModelFixture
{
    [Test]
    public async Task Host_LoadsAllModels_BeforeItsServicesStart_AndClosesThem()
    {
        await CommitAsync(1);
        await CommitAsync(2);
        await PublishAsync(1);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        Configure(builder.Services);
        builder.Services.AddHostedService<Consumer>();
        builder.Services.AddVersionedModel<Row, Answer>(Production);
        builder.Services.AddVersionedModel<Row, Answer>("second", "models/churn@2");
        VersionedModel[] all;
        VersionedModel<Row, Answer> model;
        using (IHost host = builder.Build())
        {
            await host.StartAsync();
            model = host.Services.GetRequiredService<VersionedModel<Row, Answer>>();
            all = [.. host.Services.GetServices<VersionedModel>()];
            Assert.That(host.Services.GetServices<IHostedService>().OfType<Consumer>().Single().Answers, Is.EqualTo([1, 2]));
            await host.StopAsync();
            Assert.That(Answering(model), Is.EqualTo(1), "requests may be under way");
        }

        Assert.That(all.Select(m => m.Reference.Text), Is.EqualTo([Production, "models/churn@2"]));
        Assert.That(() => model.Predict(new Row()), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Host_WithAModelThatCanNotBeLoaded_DoesNotStart_ThoughAnotherWaits()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        Configure(builder.Services);
        builder.Services.AddVersioning("nowhere").UseLocalDisk(Folder.Of("nowhere"));
        builder.Services.AddVersionedModel<Row, Answer>("waits", Production);
        builder.Services.AddVersionedModel<Row, Answer>("fails", "models/other", options => options.StoreName = "nowhere");
        using IHost host = builder.Build();
        Assert.That(() => host.StartAsync(), Throws.TypeOf<VersioningException>().With.Message.Contains("models/other").And.Message.Contains(Folder.Of("nowhere")).And.Property("Hint").Contains("vers init"));
    }

    [Test]
    public async Task Stores_WithNames_AndModelsWithNames_AreApart()
    {
        await CommitAsync(1);
        await using var objects = new MemoryStore();
        await using (VersionStore other = await VersionStore.CreateAsync(new PassingStore(objects), Folder.Options))
        {
            Rows.Save(Folder.Of("five/model.zip"), 5);
            await other.CommitAsync("models/five", Folder.Of("five"));
        }

        ServiceProvider application = Application(services =>
        {
            services.AddVersioning("other", options => options.CacheDirectory = Folder.Of("cache")).UseStore(_ => new PassingStore(objects));
            services.AddVersionedModel<Row, Answer>(Artifact);
            services.AddVersionedModel<Row, Answer>("five", "models/five", options => options.StoreName = "other");
        });
        var one = application.GetRequiredService<VersionedModel<Row, Answer>>();
        var five = application.GetRequiredKeyedService<VersionedModel<Row, Answer>>("five");
        await Task.WhenAll(one.StartAsync(), five.StartAsync());
        Assert.That((one.Predict(new Row { X = 2 }).Y, five.Predict(new Row { X = 2 }).Y), Is.EqualTo((2f, 10f)));
    }

    [Test]
    public void Registration_ThatCanNotWork_IsRefusedAtOnce()
    {
        var services = new ServiceCollection();
        Assert.That(() => services.AddVersionedModel<Row, Answer>("no reference@"), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_reference"));
        Assert.That(() => services.AddVersionedOnnxModel("vision", ""), Throws.TypeOf<VersioningException>());
        Assert.That(() => services.AddVersionedModel<Row, Answer>(Artifact, options => options.Interval = TimeSpan.Zero), Throws.TypeOf<ArgumentOutOfRangeException>());
        services.AddVersionedModel<Row, Answer>(Artifact).AddVersionedModel<Row, Answer>("named", Artifact).AddVersionedOnnxModel(Artifact);
        Assert.That(() => services.AddVersionedModel<Row, Answer>(Production), Throws.InvalidOperationException.With.Message.Contains("needs a name of its own"));
        Assert.That(() => services.AddVersionedModel<Row, Answer>("named", Production), Throws.InvalidOperationException.With.Message.Contains("'named'"));
    }

    [Test]
    public async Task Store_ThatIsNotRegistered_IsNamed()
    {
        await using ServiceProvider none = new ServiceCollection().AddVersionedModel<Row, Answer>(Production).BuildServiceProvider();
        Assert.That(none.GetRequiredService<VersionedModel<Row, Answer>>, Throws.InvalidOperationException.With.Message.Contains("AddVersioning()"));
        await using ServiceProvider other = new ServiceCollection().AddVersionedModel<Row, Answer>(Production, options => options.StoreName = "far").BuildServiceProvider();
        Assert.That(other.GetRequiredService<VersionedModel<Row, Answer>>, Throws.InvalidOperationException.With.Message.Contains("AddVersioning(\"far\")"));
    }

    [Test]
    public async Task Model_WithoutAContainer_IsOpenedAndClosedAtAnyTime()
    {
        await CommitAsync(1);
        await using (VersionedModel<Row, Answer> model = await Writer.OpenModelAsync<Row, Answer>(Artifact))
        {
            Assert.That(Answering(model), Is.EqualTo(1));
            Assert.That(Writer.Watches, Has.Count.EqualTo(1));
        }

        Assert.That(Writer.Watches, Is.Empty);
        await CommitBrokenAsync();
        Assert.That(() => Writer.OpenModelAsync<Row, Answer>($"{Artifact}@2", new() { Time = TimeProvider.System }), Throws.TypeOf<VersioningException>());
        Assert.That(Writer.Watches, Is.Empty);
    }

    [Test]
    public async Task Health_SaysWhatIsReallyLive_AndIsDegradedWhileAVersionIsRefused()
    {
        await CommitAsync(1);
        await CommitBrokenAsync();
        await PublishAsync(1);
        ServiceProvider application = Application(services =>
        {
            services.AddHealthChecks().AddVersioning();
            services.AddVersionedModel<Row, Answer>(Production, options => Often(options));
        });
        var model = application.GetRequiredService<VersionedModel<Row, Answer>>();
        await model.StartAsync();
        Assert.That(await CheckAsync(), Is.EqualTo((HealthStatus.Healthy, model.Live!.ToString(), default(string))));
        await PublishAsync(2);
        await UntilAsync(() => model.Failure is not null);
        Assert.That(await CheckAsync(), Is.EqualTo((HealthStatus.Degraded, model.Live!.ToString(), "model_refused")));
        await PublishAsync(1);
        await UntilAsync(() => model.Failure is null);
        Assert.That(await CheckAsync(), Is.EqualTo((HealthStatus.Healthy, model.Live!.ToString(), default(string))));

        async Task<(HealthStatus, string, string?)> CheckAsync()
        {
            HealthReportEntry entry = (await application.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["versioning"];
            return (entry.Status, (string)entry.Data[$"live:{Production}"], (string?)entry.Data.GetValueOrDefault($"refused:{Production}"));
        }
    }

    private sealed class Consumer(VersionedModel<Row, Answer> model, [FromKeyedServices("second")] VersionedModel<Row, Answer> second) : IHostedService
    {
        internal float[] Answers { get; private set; } = [];

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Answers = [model.Predict(new Row { X = 1 }).Y, second.Predict(new Row { X = 1 }).Y];
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
