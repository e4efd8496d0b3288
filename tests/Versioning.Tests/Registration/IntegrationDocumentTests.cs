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

        await using ServiceProvider provider = builder.Services.BuildServiceProvider();
        Reviews reviews = provider.GetRequiredService<Reviews>();
        Assert.That((await reviews.KeepAsync(folder.Of("reviews"), CancellationToken.None)).Number, Is.EqualTo(1));
        Assert.That(await reviews.CountPublishedAsync(CancellationToken.None), Is.EqualTo(1));
    }

    [Test]
    public void Document_ShowsThisCode()
    {
        string code = Words(File.ReadAllText(Path.Join(Repository.Root, "tests", "Versioning.Tests", "Registration", "IntegrationDocumentTests.cs")));
        string document = File.ReadAllText(Path.Join(Repository.Root, "docs", "integration.md")).ReplaceLineEndings("\n");
        string[] blocks = [.. Block().Matches(document).Select(match => Words(match.Groups[1].Value))];
        Assert.That(blocks, Has.Length.EqualTo(2).And.All.Matches<string?>(block => code.Contains(block!, StringComparison.Ordinal)));
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
