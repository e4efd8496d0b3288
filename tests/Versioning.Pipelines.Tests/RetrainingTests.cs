using Microsoft.ML;

namespace Versioning.Pipelines.Tests;

/// <summary>A model in production, retrained three times: with worse data, with another parameter, with less to look at.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal sealed class RetrainingTests : IAsyncDisposable
{
    private static readonly string Program = typeof(Trainer).Assembly.Location.Replace('\\', '/');
    private static readonly string Iris = Path.Combine(AppContext.BaseDirectory, "iris.csv");

    private PipelineFolder _here = null!;

    [SetUp]
    public async Task MakeWorkspace()
    {
        _here = await PipelineFolder.MakeAsync();
        Declare(features: 4, l2: "0.1");
        await CommitTableAsync(File.ReadAllLines(Iris));
    }

    public ValueTask DisposeAsync() => _here.DisposeAsync();

    [Test]
    public async Task Retraining_WithGates_LetsThroughWhatIsGoodEnough()
    {
        string[] policy = ["metric.accuracy >= 0.85", "metric.accuracy >= production.metric.accuracy - 0.05"];
        ArtifactVersion first = await TrainAsync("train:Ran");
        await _here.Store.SetPolicyAsync("models/iris", "production", policy);
        await _here.Store.PromoteAsync(first, "production");
        Assert.That(PipelineFolder.Told(await _here.CheckAsync()), Is.EqualTo("train:fresh"));

        // Somebody labelled two of five flowers wrongly.
        string[] table = File.ReadAllLines(Iris);
        await CommitTableAsync([table[0], .. table.Skip(1).Select((row, i) => i % 5 < 2 ? row[..row.LastIndexOf(',')] + ",setosa" : row)]);
        Assert.That(PipelineFolder.Told(await _here.CheckAsync()), Is.EqualTo("train:DataMoved"));
        ArtifactVersion worse = await TrainAsync("train:Ran");
        Assert.That(worse.Metrics["accuracy"], Is.LessThan(first.Metrics["accuracy"]));
        ConflictException refused = (await Assert.ThrowsAsync<ConflictException>(() => _here.Store.PromoteAsync(worse, "production")))!;
        Assert.That(refused.Message, Does.Contain(">= ").And.Contain(worse.Metrics["accuracy"].ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.That((await _here.Store.ResolveAsync("models/iris@production")).Pin, Is.EqualTo(first.Pin));

        // The data of before is what was trained on before.
        await _here.Store.MoveAliasAsync("datasets/iris", "production", "datasets/iris@1");
        Assert.That((await TrainAsync("train:Fetched")).Pin, Is.EqualTo(first.Pin));

        Declare(features: 4, l2: "0.01");
        Assert.That(PipelineFolder.Told(await _here.CheckAsync()), Is.EqualTo("train:DataMoved+ParameterChanged"), "Compared with the last run.");
        ArtifactVersion better = await TrainAsync("train:Ran");
        await _here.Store.PromoteAsync(better, "production");
        Assert.That((await _here.Store.ResolveAsync("models/iris@production")).Pin, Is.EqualTo(better.Pin));

        Declare(features: 1, l2: "0.01");
        ArtifactVersion blind = await TrainAsync("train:Ran");
        Assert.That(() => _here.Store.MoveAliasAsync("models/iris", "production", blind), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("gate_refused"), "However it is moved.");

        // Everything of what is in production can be told, and it works.
        ArtifactVersion live = await _here.Store.ResolveAsync("models/iris@production");
        ArtifactVersion run = await _here.Store.ResolveAsync(live.MadeBy!);
        await using LocalVersion model = await _here.Store.FetchAsync(live);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Inputs.Single().ToString(), Does.StartWith("datasets/iris@1#"));
            Assert.That(run.Parameters, Is.EqualTo(new Dictionary<string, string> { ["features"] = "4", ["l2"] = "0.01" }));
            Assert.That((await _here.Store.ListRunsAsync("train").ToListAsync()).Select(ended => ended.Number), Is.EqualTo([4, 3, 2, 1]));
            Assert.That(new MLContext().Model.Load(model.PathOf("model.zip"), out _), Is.Not.Null);
        }
    }

    private async Task<ArtifactVersion> TrainAsync(string told)
    {
        IReadOnlyList<StageResult> results = await _here.RunAsync();
        Assert.That(PipelineFolder.Told(results), Is.EqualTo(told), () => $"{results[0].Error} {_here.Printed}");
        return results[0].Outputs.Single();
    }

    private async Task CommitTableAsync(string[] rows)
    {
        _here.Write("new/iris.csv", string.Join('\n', rows) + "\n");
        await _here.Store.CommitAsync("datasets/iris", _here.At("new"), new CommitOptions { Alias = "production" });
    }

    private void Declare(int features, string l2) => _here.Declare($$"""
        {
          "train": {
            "command": ["dotnet", "{{Program}}", "${input:datasets/iris}/iris.csv", "${output:models/iris}/model.zip", "metrics.json", "${features}", "${l2}"],
            "inputs": ["datasets/iris@production"],
            "parameters": { "features": {{features}}, "l2": {{l2}} },
            "outputs": { "models/iris": "model" },
            "metrics": "metrics.json"
          }
        }
        """);
}
