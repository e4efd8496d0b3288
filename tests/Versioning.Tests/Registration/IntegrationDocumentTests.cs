using System.IO.MemoryMappedFiles;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Versioning.Tests.Architecture;
using Versioning.Tests.Store;

namespace Versioning.Tests.Registration;

/// <summary>The code that docs/integration.md shows stands in this file, and runs.</summary>
[TestFixture]
internal sealed partial class IntegrationDocumentTests
{
    [Test]
    public async Task Sample_Runs()
    {
        using var folder = new TempFolder();
        folder.Write("reviews/a.txt", "text");
        await (await VersionStore.CreateAsync(folder.Of("store"), folder.Options)).DisposeAsync();
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Versioning:Location"] = folder.Of("store"),
            ["Versioning:CacheDirectory"] = folder.Of("cache"),
            ["Versioning:Stores:published:Location"] = folder.Of("store"),
        }).Build();
        var builder = new ApplicationBuilder();
        builder.Services.AddSingleton(configuration);

        builder.Services.AddVersioning();
        builder.Services.AddVersioning("published");
        builder.Services.AddSingleton<Reviews>();
        builder.Services.AddHealthChecks().AddVersioning().AddVersioning("published");

        await using ServiceProvider provider = builder.Services.BuildServiceProvider();
        Reviews reviews = provider.GetRequiredService<Reviews>();
        Assert.That((await reviews.KeepAsync(folder.Of("reviews"), CancellationToken.None)).Number, Is.EqualTo(1));
        Assert.That(await reviews.CountPublishedAsync(CancellationToken.None), Is.EqualTo(1));
    }

    [Test]
    public async Task SamplesOfPinsAndWatches_Run()
    {
        using var folder = new TempFolder();
        folder.Write("model/weights.bin", [7, 8]);
        folder.Write("w/versions.json", """{ "store": "../store" }""");
        await using VersionStore store = await VersionStore.CreateAsync(folder.Of("store"), folder.Options);
        await store.CommitAsync("models/churn", folder.Of("model"));
        await store.CommitAsync("datasets/reviews", folder.Of("model"));
        await store.MoveAliasAsync("models/churn", "production", "1");
        await Workspace.Open(folder.Of("w")).PinAsync(store, "models/churn@production");
        string deployed = Path.Join(AppContext.BaseDirectory, Workspace.LockName);
        File.Copy(folder.Of("w/versions.lock"), deployed);
        try
        {
            Assert.That(await new Weights(store).FirstByteAsync(CancellationToken.None), Is.EqualTo(7));
        }
        finally
        {
            File.Delete(deployed);
        }

        using var ends = new CancellationTokenSource();
        Task running = new Live(store).RunAsync(model => ends.CancelAsync(), ends.Token);
        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());

        using LocalVersion held = await store.FetchAsync("datasets/reviews@1");
        VersionFileProvider pictures = await store.OpenFilesAsync("datasets/reviews@1");
        VersionFileProvider local = new VersionFileProvider(held);
        Assert.That(pictures.GetFileInfo("weights.bin").Length, Is.EqualTo(local.GetFileInfo("weights.bin").Length));
    }

    [Test]
    public void Document_ShowsThisCode()
    {
        string code = Words(File.ReadAllText(Path.Join(Repository.Root, "tests", "Versioning.Tests", "Registration", "IntegrationDocumentTests.cs")));
        string document = File.ReadAllText(Path.Join(Repository.Root, "docs", "integration.md")).ReplaceLineEndings("\n");

        // The tests of Versioning.ML look at what is about models.
        document = string.Join("\n## ", document.Split("\n## ").Where(section => !section.StartsWith("Models that change", StringComparison.Ordinal)));
        string[] blocks = [.. Block().Matches(document).Select(match => Words(match.Groups[1].Value))];
        Assert.That(blocks, Has.Length.EqualTo(6).And.All.Matches<string?>(block => code.Contains(block!, StringComparison.Ordinal)));
    }

    private static string Words(string text) => White().Replace(text, " ").Trim();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();

    private sealed class ApplicationBuilder
    {
        internal ServiceCollection Services { get; } = [];
    }

    private sealed class Weights(VersionStore store)
    {
        private readonly PinnedVersion _pin = PinnedVersions.Load()["models/churn"];

        public async Task<byte> FirstByteAsync(CancellationToken cancellationToken)
        {
            await using LocalVersion model = await store.FetchAsync(_pin, cancellationToken: cancellationToken);
            using var file = MemoryMappedFile.CreateFromFile(model.PathOf("weights.bin"), FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            using MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            return view.ReadByte(0);
        }
    }

    private sealed class Live(VersionStore store)
    {
        public async Task RunAsync(Func<LocalVersion, Task> use, CancellationToken cancellationToken)
        {
            VersionWatch watch = store.Watch("models/churn@production", new() { Fetch = true });
            await foreach (ArtifactVersion version in watch.WithCancellation(cancellationToken))
            {
                await using LocalVersion model = await store.FetchAsync(version, cancellationToken: cancellationToken);
                await use(model);
            }
        }
    }

    private sealed class Reviews(VersionStore store, [FromKeyedServices("published")] VersionStore published)
    {
        public async Task<ArtifactPin> KeepAsync(string folder, CancellationToken cancellationToken)
        {
            CommitResult made = await store.CommitAsync("datasets/reviews", folder, cancellationToken: cancellationToken);
            return made.Version.Pin;
        }

        public async Task<long> CountPublishedAsync(CancellationToken cancellationToken) =>
            (await published.ResolveAsync("datasets/reviews", cancellationToken)).FileCount;
    }
}
