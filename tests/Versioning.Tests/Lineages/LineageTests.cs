using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.Lineages;

/// <summary>What a version comes from and what comes of it, runs included.</summary>
[TestFixture]
internal sealed class LineageTests : StoreFixture
{
    private VersionStore _store = null!;

    [SetUp]
    public async Task SetUp() => _store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);

    [TearDown]
    public async Task TearDown() => await _store.DisposeAsync();

    [Test]
    public async Task Lineage_OfAModelThatARunMade_NamesRunAndDataBothWays()
    {
        await CommitAsync("datasets/raw", "raw");
        await CommitAsync("datasets/clean", "clean", "datasets/raw@1");
        await using Run run = await _store.StartRunAsync("train", new StartRunOptions { Message = "first" });
        await using (await run.UseAsync("datasets/clean"))
        {
            await run.ProduceAsync("models/m", _folder.Write("out/m.bin", "weights"));
        }

        await run.CompleteAsync();
        await CommitAsync("models/small", "small", "models/m@1");
        await using (Run failed = await _store.StartRunAsync("train"))
        {
            await (await failed.UseAsync("models/m")).DisposeAsync();
            await failed.FailAsync("no memory");
        }

        Lineage up = await _store.LineageAsync("models/small");
        Assert.That(Text(up), Is.EqualTo(["0 models/small@1", "1 models/m@1", "2 runs/train@1", "2 datasets/clean@1", "3 datasets/raw@1"]));
        Assert.That((up.Direction, up.IsCut, up.SearchedVersions), Is.EqualTo((LineageDirection.Up, false, 0L)));
        Assert.That(up.Nodes[1].Version!.MadeBy, Is.EqualTo(up.Nodes[2].Pin));
        Assert.That(up.Nodes[2].Version!.Message, Is.EqualTo("first"));

        Lineage down = await _store.LineageAsync("datasets/raw", LineageDirection.Down);
        Assert.That(Text(down), Is.EqualTo(["0 datasets/raw@1", "1 datasets/clean@1", "2 models/m@1", "2 runs/train@1", "3 models/small@1", "3 runs/train@2"]));
        Assert.That(Text(await _store.LineageAsync("runs/train@1", LineageDirection.Down)), Is.EqualTo(["0 runs/train@1", "1 models/m@1", "2 models/small@1", "2 runs/train@2"]));
    }

    [Test]
    public async Task Lineage_OfARunThatCameToWhatWasThere_GoesDownToItAndNotUp()
    {
        await CommitAsync("datasets/a", "a");
        await CommitAsync("models/m", "weights");
        ArtifactVersion model = await _store.ResolveAsync("models/m");
        await using Run run = await _store.StartRunAsync("train");
        await (await run.UseAsync("datasets/a")).DisposeAsync();
        await run.ProduceAsync("models/m", _folder.Of("src"), new CommitOptions());
        ArtifactVersion ended = await run.CompleteAsync();
        Assume.That(ended.Run!.Outputs, Has.Count.EqualTo(1));
        Lineage down = await _store.LineageAsync("datasets/a", LineageDirection.Down);
        Assert.That(down.Nodes.Select(node => node.Pin), Has.Member(ended.Run.Outputs[0]));
        if (ended.Run.Outputs[0] == model.Pin)
        {
            Assert.That(Text(await _store.LineageAsync("models/m@1")), Is.EqualTo(["0 models/m@1"]));
        }
    }

    [Test]
    public async Task Lineage_OfWhatWasRetired_IsShownAsSuch()
    {
        await CommitAsync("datasets/a", "one");
        await CommitAsync("models/m", "weights", "datasets/a@1");
        await CommitAsync("datasets/a", "two");
        await Collector.RetireAsync(_objects, "datasets/a", 1);
        Lineage up = await _store.LineageAsync("models/m");
        Assert.That(up.Nodes.Select(node => (node.Pin.Artifact, node.IsRetired)), Is.EqualTo([("models/m", false), ("datasets/a", true)]));
        Lineage down = await _store.LineageAsync("datasets/a@1", LineageDirection.Down);
        Assert.That(Text(down), Is.EqualTo(["0 datasets/a@1", "1 models/m@1"]));
        Assert.That(down.Nodes[0].IsRetired, Is.True);
        Assert.That(() => _store.ResolveAsync("datasets/a@1"), Throws.TypeOf<NotFoundException>(), "elsewhere it can't be had");
    }

    [Test]
    public async Task Lineage_OfACopyWithoutItsInputs_NamesThemAsElsewhere()
    {
        await CommitAsync("datasets/a", "a");
        CommitResult model = await CommitAsync("models/m", "weights", "datasets/a@1");
        await using var there = new Versioning.Storage.MemoryStore();
        await using VersionStore other = await VersionStore.CreateAsync(new PassingStore(there), _folder.Options);
        await _store.CopyAsync([model], other);
        Lineage up = await other.LineageAsync("models/m");
        Assert.That(Text(up), Is.EqualTo(["0 models/m@1", "1 datasets/a@1"]));
        Assert.That((up.Nodes[1].Version, up.IsCut), Is.EqualTo((default(ArtifactVersion), false)));
        Assert.That((await other.LineageAsync("models/m", depth: 0)).IsCut, Is.True);
    }

    [Test]
    public async Task Lineage_ToADepth_SaysWhetherThereIsMore([Values] LineageDirection direction)
    {
        await CommitAsync("datasets/a", "a");
        await CommitAsync("datasets/b", "b", "datasets/a@1");
        await CommitAsync("datasets/c", "c", "datasets/b@1");
        Assert.That(await CutAsync(0), Is.EqualTo((1, true)));
        Assert.That(await CutAsync(1), Is.EqualTo((2, true)));
        Assert.That(await CutAsync(2), Is.EqualTo((3, false)));

        async Task<(int, bool)> CutAsync(int depth)
        {
            Lineage lineage = await _store.LineageAsync(direction == LineageDirection.Up ? "datasets/c" : "datasets/a", direction, depth);
            return (lineage.Nodes.Count, lineage.IsCut);
        }
    }

    [Test]
    public void Lineage_OfWhatIsNotThere_IsNotFound()
    {
        Assert.That(() => _store.LineageAsync("datasets/none"), Throws.TypeOf<NotFoundException>());
        Assert.That(() => _store.LineageOfFileAsync(default, "datasets/none"), Throws.TypeOf<NotFoundException>());
        Assert.That(() => _store.LineageAsync("datasets/none", depth: -1), Throws.InstanceOf<ArgumentException>());
    }

    private Task<CommitResult> CommitAsync(string artifact, string content, params ArtifactReference[] inputs)
    {
        _folder.Write("src/file", content);
        return _store.CommitAsync(artifact, _folder.Of("src"), new CommitOptions { Inputs = inputs });
    }

    private static IEnumerable<string> Text(Lineage lineage) => lineage.Nodes.Select(node => $"{node.Depth} {node.Pin.Artifact}@{node.Pin.Number}");
}
