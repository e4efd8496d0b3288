using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Versioning.EndToEnd.Tests.Builds;

/// <summary>A web application on the packed packages, asked all the time while its model moves.</summary>
public sealed class HotSwapTests
{
    private const int Moves = 20, Clients = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private BuildFolder _folder = null!;

    [OneTimeSetUp]
    public async Task Build()
    {
        await Task.WhenAll(PackedFeed.PackAsync("Versioning"), PackedFeed.PackAsync("Versioning.ML"));
        _folder = new BuildFolder();
        _folder.Vers.Write("App/App.csproj", """
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Versioning" Version="0.1.0" />
                <PackageReference Include="Versioning.ML" Version="0.1.0" />
              </ItemGroup>
            </Project>
            """);
        _folder.Vers.Write("App/Program.cs", """
            using Microsoft.ML;
            using Versioning;
            using Versioning.ML;

            if (args is ["make", var folder, var count])
            {
                // Version n multiplies by n.
                var context = new MLContext();
                IDataView rows = context.Data.LoadFromEnumerable([new Row { X = 1 }]);
                for (int n = 1; n <= int.Parse(count); n++)
                {
                    Directory.CreateDirectory($"{folder}/{n}");
                    context.Model.Save(context.Transforms.Expression("Y", $"(x) => x * {n}f", "X").Fit(rows), rows.Schema, $"{folder}/{n}/model.zip");
                }

                return;
            }

            var builder = WebApplication.CreateSlimBuilder(args);
            builder.Logging.ClearProviders();
            builder.Services.AddVersioning();
            builder.Services.AddVersionedModel<Row, Answer>("models/churn@production", options => options.Interval = TimeSpan.FromMilliseconds(20));
            var app = builder.Build();
            app.MapGet("/predict/{x}", (float x, VersionedModel<Row, Answer> model) =>
            {
                Answer answer = model.Predict(new Row { X = x }, out ArtifactPin version);
                return $"{version.Number} {answer.Y}";
            });
            app.MapGet("/live", (IEnumerable<VersionedModel> models) => string.Join('\n', models.Select(model => model.ToString())));
            app.MapPost("/rollback", async (VersionedModel<Row, Answer> model) => (await model.RollBackAsync()).Number.ToString());
            await app.StartAsync();
            Console.WriteLine(app.Urls.Single());
            await app.WaitForShutdownAsync();

            class Row { public float X { get; set; } }

            class Answer { public float Y { get; set; } }
            """);
        await _folder.OkAsync("App", "build", "-nodeReuse:false");
    }

    [OneTimeTearDown]
    public void Remove() => _folder?.Dispose();

    [Test]
    public async Task Requests_WhileProductionMovesTwentyTimes_AllSucceed_AndNameTheVersionThatAnswered()
    {
        Vers vers = _folder.Vers;
        await _folder.OkAsync("", vers.At("App/bin/Debug/net10.0/App.dll"), "make", vers.At("made"), $"{Moves + 1}");
        await using VersionStore store = await VersionStore.CreateAsync(vers.At("store"), new VersionStoreOptions { CacheDirectory = vers.At("writer") });
        for (int n = 1; n <= Moves + 1; n++)
        {
            await store.CommitAsync("models/churn", vers.At($"made/{n}"));
        }

        await store.MoveAliasAsync("models/churn", "production", "1");
        using Process process = vers.Start("dotnet", [vers.At("App/bin/Debug/net10.0/App.dll"), "--urls", "http://127.0.0.1:0"], variable: ("Versioning__Location", vers.At("store")));
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync();
            string? address = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            Assert.That(address, Is.Not.Null, () => error.Result);
            using var client = new HttpClient { BaseAddress = new Uri(address!), Timeout = Patience };
            ConcurrentBag<long> seen = await AskWhileAsync(client, async ask =>
            {
                Assert.That(await ask(), Is.EqualTo(1));
                for (int n = 2; n <= Moves + 1; n++)
                {
                    Assert.That(await store.MoveAliasAsync("models/churn", "production", $"{n}", expected: $"{n - 1}"));
                    await UntilAsync(async () => await ask() == n);
                }

                using HttpResponseMessage back = await client.PostAsync("/rollback", null);
                Assert.That(await back.EnsureSuccessStatusCode().Content.ReadAsStringAsync(), Is.EqualTo($"{Moves}"));
                await UntilAsync(async () => await ask() == Moves);
            });
            Assert.That(seen.Distinct().Count(), Is.EqualTo(Moves + 1));
            Assert.That(await client.GetStringAsync("/live"), Is.EqualTo($"models/churn@production: {(await store.ResolveAsync($"models/churn@{Moves}")).Pin}"));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Asks from several clients, one request after another, until something is done. Any request that fails, or whose answer is not that of its version, fails all.</summary>
    /// <returns>The versions that answered.</returns>
    private static async Task<ConcurrentBag<long>> AskWhileAsync(HttpClient client, Func<Func<Task<long>>, Task> run)
    {
        var seen = new ConcurrentBag<long>();
        using var done = new CancellationTokenSource();
        Task[] clients = [.. Enumerable.Range(1, Clients).Select(x => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await AskAsync(x);
            }
        }))];
        Task ends = Task.WhenAll(clients);
        Task running = run(() => AskAsync(3));
        await Task.WhenAny(ends, running);
        await done.CancelAsync();
        await ends;
        await running;
        return seen;

        async Task<long> AskAsync(float x)
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri($"/predict/{x}", UriKind.Relative));
            string text = await response.Content.ReadAsStringAsync();
            Assert.That(response.IsSuccessStatusCode, text);
            string[] parts = text.Split(' ');
            long version = long.Parse(parts[0], CultureInfo.InvariantCulture);
            Assert.That(float.Parse(parts[1], CultureInfo.InvariantCulture), Is.EqualTo(x * version));
            seen.Add(version);
            return version;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (long start = Environment.TickCount64; !await holds();)
        {
            Assert.That(TimeSpan.FromMilliseconds(Environment.TickCount64 - start), Is.LessThan(Patience), "It did not happen.");
        }
    }
}
