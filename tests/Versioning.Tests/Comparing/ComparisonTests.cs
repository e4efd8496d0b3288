using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Capture;
using Versioning.Tests.Store;

namespace Versioning.Tests.Comparing;

/// <summary>Versions and runs side by side: all that was recorded, and what differs.</summary>
[TestFixture]
internal sealed class ComparisonTests : StoreFixture
{
    private VersionStore _store = null!;

    [SetUp]
    public async Task OpenAsync() => _store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);

    [TearDown]
    public async Task CloseAsync() => await _store.DisposeAsync();

    [Test]
    public async Task Compare_RunsOfOneName_TellsWhatDiffersInOneOrder()
    {
        await CommitAsync("datasets/iris", "1");
        await CommitAsync("datasets/iris", "2");
        ArtifactVersion first = await TrainAsync("datasets/iris@1", "0.1", new() { ["f1"] = 0.9, ["loss"] = 0.5 });
        ArtifactVersion second = await TrainAsync("datasets/iris@2", "0.2", new() { ["f1"] = 0.95, ["accuracy"] = 0.8 });
        VersionComparison comparison = await _store.CompareAsync([first, second]);
        Assert.That(comparison.Versions.Select(v => v.Pin), Is.EqualTo([first.Pin, second.Pin]));
        Assert.That(
            comparison.Rows.Where(row => row.Differs && row.Group is not ("run" or "version")).Select(Text),
            Is.EqualTo([
                "metrics accuracy: - | 0.8",
                "metrics f1: 0.9 | 0.95 (0.05)",
                "metrics loss: 0.5 | -",
                "params rate: 0.1 | 0.2",
                $"inputs datasets/iris: {first.Inputs[0]} | {second.Inputs[0]}",
                $"outputs models/iris: {first.Run!.Outputs[0]} | {second.Run!.Outputs[0]}",
            ]));

        // What is the same is there too.
        Assert.That(comparison.Rows.Select(row => row.Group).Distinct(), Is.EqualTo(["metrics", "params", "inputs", "environment", "run", "outputs", "meta", "version"]));
        Assert.That(comparison.Rows.Where(row => row.Group is "params" or "meta").Select(Text), Does.Contain("params seed: 1 | 1").And.Contain("meta note:  | "), "an empty text is one");
        Assert.That(Text(comparison, "run", "outcome"), Is.EqualTo("run outcome: succeeded | succeeded"));
        Assert.That(Text(comparison, "run", "command"), Is.EqualTo("""run command: train "a b" "\"" "" | train "a b" "\"" "" """.TrimEnd()));
        Assert.That(comparison.Rows, Has.All.Matches<ComparedRow>(row => row!.Values.Count == 2 && row.Differences.Count == 2));
    }

    [Test]
    public async Task Compare_ThreeWithOneMissing_MeasuresEachAgainstTheFirst()
    {
        string[] references = ["models/a@1", "models/b@1", "models/a@2"];
        await CommitAsync("models/a", "1", new() { ["f1"] = 0.9 });
        await CommitAsync("models/b", "1");
        await CommitAsync("models/a", "2", new() { ["f1"] = 0.7 });
        VersionComparison comparison = await _store.CompareAsync(references.Select(text => new ArtifactReference(text)));
        Assert.That(Text(comparison, "metrics", "f1"), Is.EqualTo("metrics f1: 0.9 | - | 0.7 (-0.2)"));
        VersionComparison other = await _store.CompareAsync(["models/b", "models/a"]);
        Assert.That(Text(other, "metrics", "f1"), Is.EqualTo("metrics f1: - | 0.7"), "there is no first to differ from");
        VersionComparison same = await _store.CompareAsync(["models/a@2", "models/a"]);
        Assert.That(same.Rows.Where(row => row.Differs), Is.Empty);
        Assert.That(Text(same, "metrics", "f1"), Is.EqualTo("metrics f1: 0.7 | 0.7 (0)"));
        Assert.That((await _store.CompareAsync([])).Rows, Is.Empty);
        Assert.That(() => _store.CompareAsync(["models/a", "models/c"]), Throws.TypeOf<NotFoundException>());
    }

    [Test]
    public async Task Compare_VersionOfARun_TellsOfThatRunEvenWhenItIsRetired()
    {
        await CommitAsync("datasets/iris", "1");
        ArtifactVersion run = await TrainAsync("datasets/iris", "0.1", new() { ["f1"] = 0.9 });
        ArtifactVersion byHand = await CommitAsync("models/iris", "by hand");
        await Collector.RetireAsync(_objects, run.Artifact, run.Number);
        VersionComparison comparison = await _store.CompareAsync(["models/iris@1", byHand]);
        Assert.That(Text(comparison, "version", "madeBy"), Is.EqualTo($"version madeBy: {run.Pin} | -"));
        Assert.That(Text(comparison, "environment", "tool"), Is.EqualTo($"environment tool: {run.Run!.Environment["tool"]} | -"));
        Assert.That(Text(comparison, "run", "outcome"), Is.EqualTo("run outcome: succeeded | -"));
    }

    [Test]
    public async Task Compare_DirtyCheckoutsOfOneCommit_TellsTheirPatchesApart()
    {
        using var code = new PatchFixture();
        code.Add("train.py", "one\n");
        code.Add("packages.lock.json", "{}");
        code.Commit();
        var runs = new List<ArtifactVersion>();
        foreach (string content in (string[])["one", "two", "three"])
        {
            code.Add("train.py", $"{content}\n");
            await using Run run = await _store.StartRunAsync("train", new StartRunOptions { Folder = code.Folder });
            await run.ProduceAsync("models/m", _folder.Write("model", content));
            runs.Add(await run.CompleteAsync());
        }

        VersionComparison comparison = await _store.CompareAsync(runs.Select(run => new ArtifactReference(run.Run!.Outputs[0].ToString())));
        Assert.That(comparison.Rows.Where(row => row.Group == "code" && row.Differs).Select(row => row.Name), Is.EqualTo(["dirty", "patch"]));
        Assert.That(comparison.Rows.Single(row => row is { Group: "code", Name: "dirty" }).Values, Is.EqualTo(["false", "true", "true"]));
        var patches = new List<string?> { null };
        foreach (ArtifactVersion run in runs.Skip(1))
        {
            patches.Add((await _store.ListFilesAsync(run, "code.patch").SingleAsync()).Sha256.ToString());
        }

        Assert.That(comparison.Rows.Single(row => row is { Group: "code", Name: "patch" }).Values, Is.EqualTo(patches));
        Assert.That(patches.Distinct().Count(), Is.EqualTo(3));
    }

    private async Task<ArtifactVersion> CommitAsync(string artifact, string content, Dictionary<string, double>? metrics = null)
    {
        CommitResult result = await _store.CommitAsync(artifact, _folder.Write("file", content), new CommitOptions { RecordCode = false, Metrics = metrics ?? [] });
        return result.Version;
    }

    private async Task<ArtifactVersion> TrainAsync(string data, string rate, Dictionary<string, double> metrics)
    {
        var options = new StartRunOptions
        {
            Folder = _folder.Root,
            Inputs = [data],
            Parameters = { ["rate"] = rate, ["seed"] = "1" },
            Metadata = { ["note"] = "" },
            Command = ["train", "a b", "\"", ""],
        };
        await using Run run = await _store.StartRunAsync("train", options);
        foreach ((string name, double value) in metrics)
        {
            run.LogMetric(name, value);
        }

        await run.ProduceAsync("models/iris", _folder.Write("model", rate));
        return await run.CompleteAsync();
    }

    private static string Text(VersionComparison comparison, string group, string name) => Text(comparison.Rows.Single(row => row.Group == group && row.Name == name));

    private static string Text(ComparedRow row) =>
        $"{row.Group} {row.Name}: {string.Join(" | ", row.Values.Zip(row.Differences, (value, difference) => $"{value ?? "-"}{(difference is null ? "" : FormattableString.Invariant($" ({difference:R})"))}"))}";
}
