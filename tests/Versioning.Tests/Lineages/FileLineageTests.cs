using NUnit.Framework;
using Versioning.Journal;
using Versioning.Storage;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Lineages;

/// <summary>Which versions have a file, and what was made from those.</summary>
[TestFixture]
internal sealed class FileLineageTests : StoreFixture
{
    private static readonly Digest Sought = Digest.Of("personal"u8);

    private VersionStore _store = null!;

    [SetUp]
    public async Task SetUp() => _store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);

    [TearDown]
    public async Task TearDown() => await _store.DisposeAsync();

    [Test]
    public async Task LineageOfFile_UnderAnyPath_NamesVersionsAndAllThatWasMadeFromThem()
    {
        await CommitAsync("datasets/a", [("x", "harmless")]);
        await CommitAsync("datasets/a", [("x", "harmless"), ("p/1", "personal")]);
        await CommitAsync("datasets/a", [("renamed", "personal"), ("twice", "personal")]);
        await CommitAsync("datasets/a", [("x", "harmless, too")]);
        await CommitAsync("models/m", [("m", "weights")], "datasets/a@2");
        await CommitAsync("models/n", [("m", "weights")], "models/m@1");
        await CommitAsync("models/clean", [("m", "weights")], "datasets/a@4");
        await CommitAsync("models/itself", [("test/data", "personal")]);

        Lineage all = await _store.LineageOfFileAsync(Sought);
        Assert.That(Text(all), Is.EqualTo(["0 datasets/a@2", "0 datasets/a@3", "0 models/itself@1", "1 models/m@1", "2 models/n@1"]));
        Assert.That(all.Nodes.Select(node => string.Join(',', node.Paths)), Is.EqualTo(["p/1", "renamed,twice", "test/data", "", ""]));
        Assert.That(all.Nodes.Select(node => node.PathCount), Is.EqualTo([1, 2, 1, 0, 0]));
        Assert.That((all.Direction, all.SearchedVersions), Is.EqualTo((LineageDirection.Down, 8L)));

        Lineage some = await _store.LineageOfFileAsync(Sought, "datasets/a", depth: 0);
        Assert.That(Text(some), Is.EqualTo(["0 datasets/a@2", "0 datasets/a@3"]));
        Assert.That((some.SearchedVersions, some.IsCut), Is.EqualTo((4L, true)));
        Lineage none = await _store.LineageOfFileAsync(Digest.Of("nobody"u8));
        Assert.That((none.Nodes.Count, none.SearchedVersions), Is.EqualTo((0, 8L)));
    }

    [Test]
    public async Task LineageOfFile_InManyVersionsOfALargeTree_ReadsSharedNodesOnce()
    {
        await CommitAsync("datasets/a", Enumerable.Range(0, 600).Select(i => ($"d{i % 30}/f{i}", $"{i}")));
        for (int version = 2; version <= 5; version++)
        {
            _folder.Write("src/d10/f400", version == 3 ? "personal" : $"version {version}");
            await _store.CommitAsync("datasets/a", _folder.Of("src"));
        }

        var counting = new CountingStore(_objects);
        await using VersionStore fresh = await VersionStore.OpenAsync(counting, _folder.Options);
        await fresh.LineageAsync("datasets/a");
        long before = counting.Count(StoreOperation.Read);
        Lineage found = await fresh.LineageOfFileAsync(Sought);
        long reads = counting.Count(StoreOperation.Read) - before;
        Assert.That(Text(found), Is.EqualTo(["0 datasets/a@3"]));
        Assert.That(found.Nodes[0].Paths, Is.EqualTo(["d10/f400"]));

        await using VersionStore alone = await VersionStore.OpenAsync(counting, _folder.Options);
        before = counting.Count(StoreOperation.Read);
        await alone.ListFilesAsync("datasets/a").CountAsync();
        long once = counting.Count(StoreOperation.Read) - before;
        Assert.That(reads, Is.LessThan(2 * once), $"five versions that differ in one file; one of them takes {once} reads");
    }

    /// <summary>Whoever asks for an erasure must not be told less because a part of the tree was seen before.</summary>
    [Test]
    public async Task LineageOfFile_InAPartThatVersionsShare_NamesThemAll()
    {
        await CommitAsync("datasets/a", Enumerable.Range(0, 2000).Select(i => ($"f{i:D4}", $"{i}")));
        foreach ((string artifact, string path, string content) in new[] { ("datasets/a", "f1999", "personal"), ("datasets/a", "f0000", "new"), ("datasets/b", "f0000", "newer"), ("datasets/a", "f0000", "0"), ("datasets/a", "f1000", "new") })
        {
            _folder.Write($"src/{path}", content);
            await _store.CommitAsync(artifact, _folder.Of("src"));
        }

        Lineage found = await _store.LineageOfFileAsync(Sought);
        Assert.That(Text(found), Is.EqualTo(["0 datasets/a@2", "0 datasets/a@3", "0 datasets/a@4", "0 datasets/a@5", "0 datasets/b@1"]), "and not the first, which shares all but the last part");
        Assert.That(found.Nodes.Select(node => node.Paths.Single()), Is.All.EqualTo("f1999"));
    }

    [Test]
    public async Task LineageOfFile_WithACheckpointOfAnEarlierVersion_NamesWhatWasMadeFromIt()
    {
        await CommitAsync("datasets/a", [("p", "personal")]);
        await CommitAsync("models/m", [("m", "weights")], "datasets/a");
        using (var journal = new JournalLog(_objects, TimeProvider.System))
        {
            StoreState state = await journal.FoldAsync(default);
            await _objects.CreateAsync(StoreKeys.Checkpoint(state.Sequence), Checkpoint.Encode(state with { IsLinked = false }));
        }

        await using VersionStore fresh = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        Assert.That(Text(await fresh.LineageOfFileAsync(Sought)), Is.EqualTo(["0 datasets/a@1", "1 models/m@1"]));
    }

    [Test]
    public async Task LineageOfFile_RetiredAndGivenUp_IsNamedAsUnreadable()
    {
        await CommitAsync("datasets/a", [("p", "personal")]);
        await CommitAsync("datasets/b", [("p", "personal")]);
        await Collector.RetireAsync(_objects, "datasets/a", 1);
        Assert.That(() => _store.LineageOfFileAsync(Sought), Throws.TypeOf<IntegrityException>(), "datasets/b is damaged now, so nothing can be said");
        Lineage found = await _store.LineageOfFileAsync(Sought, "datasets/a");
        Assert.That(found.UnreadableVersions.Select(pin => $"{pin.Artifact}@{pin.Number}"), Is.EqualTo(["datasets/a@1"]));
        Assert.That((found.Nodes.Count, found.SearchedVersions), Is.EqualTo((0, 0L)));
    }

    [Test]
    public async Task LineageOfFile_InMorePathsThanAreListed_CountsThemAll()
    {
        await CommitAsync("datasets/a", Enumerable.Range(0, 500).Select(i => ($"f{i:D3}", i % 5 == 0 ? "personal" : "other")));
        LineageNode node = (await _store.LineageOfFileAsync(Sought)).Nodes.Single();
        Assert.That(node.PathCount, Is.EqualTo(100));
        Assert.That(node.Paths, Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"f{5 * i:D3}")));
    }

    private async Task CommitAsync(string artifact, IEnumerable<(string Path, string Content)> files, params ArtifactReference[] inputs)
    {
        if (Directory.Exists(_folder.Of("src")))
        {
            Directory.Delete(_folder.Of("src"), recursive: true);
        }

        foreach ((string path, string content) in files)
        {
            _folder.Write($"src/{path}", content);
        }

        await _store.CommitAsync(artifact, _folder.Of("src"), new CommitOptions { Inputs = inputs });
    }

    private static IEnumerable<string> Text(Lineage lineage) => lineage.Nodes.Select(node => $"{node.Depth} {node.Pin.Artifact}@{node.Pin.Number}");
}
