using System.Text.RegularExpressions;
using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Architecture;
using Versioning.Tests.Store;

namespace Versioning.Tests.Runs;

/// <summary>The code that docs/runs.md shows stands in this file, and runs.</summary>
[TestFixture]
internal sealed partial class RunsDocumentTests : StoreFixture
{
    [Test]
    public async Task Sample_Runs()
    {
        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        _folder.Write("data/iris.csv", "1,2\n");
        _folder.Write("out/model.zip", "weights");
        await store.CommitAsync("datasets/iris", _folder.Of("data"), new CommitOptions { Alias = "production" });
        ArtifactVersion made = await TrainAsync(store);
        Assert.That((await store.ResolveAsync("models/iris@1.1")).MadeBy, Is.EqualTo(made.Pin));
        Assert.That(made.Inputs.Single().Artifact, Is.EqualTo("datasets/iris"));
    }

    [Test]
    public void Document_ShowsThisCode()
    {
        // The sample's folder is the current one; here it is the test's.
        string code = Words(File.ReadAllText(Path.Join(Repository.Root, "tests", "Versioning.Tests", "Runs", "RunsDocumentTests.cs"))).Replace("_folder.Of(\"out\")", "\"./out\"", StringComparison.Ordinal);
        Match block = Block().Match(File.ReadAllText(Path.Join(Repository.Root, "docs", "runs.md")).ReplaceLineEndings("\n"));
        Assert.That(code, Does.Contain(Words(block.Groups[1].Value)));
    }

    private async Task<ArtifactVersion> TrainAsync(VersionStore store)
    {
        await using Run run = await store.StartRunAsync("train", new StartRunOptions { Message = "smaller trees", Parameters = { ["leaves"] = "20" } });
        await using LocalVersion data = await run.UseAsync("datasets/iris@production");

        run.LogParameter("seed", "1");
        await run.Log.WriteLineAsync($"reading {data.PathOf("iris.csv")}");
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            run.LogMetric("loss", 1.0 / epoch, step: epoch);
        }

        await run.ProduceAsync("models/iris", _folder.Of("out"), new CommitOptions { Tag = "1.1" });
        ArtifactVersion ended = await run.CompleteAsync();
        return ended;
    }

    private static string Words(string text) => White().Replace(text, " ").Trim();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();
}
