using NUnit.Framework;
using Versioning.Runs;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Runs;

/// <summary>Runs whose process is gone, or that begin, while others on the same machine clean up.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal sealed class LostRunTests : StoreFixture
{
    private static readonly StartRunOptions Options = new() { RecordCode = false };

    private string RunFolders => Path.Join(_folder.Of("cache"), "runs");

    [Test]
    public async Task Start_WhileAnotherStarts_StaysKnownAsAlive()
    {
        await using VersionStore other = await OpenAsync();
        var between = new InterruptedStore(_objects, () => Folders().Length > 0, async () => await (await other.StartRunAsync("other", Options)).CancelAsync("enough"));
        await using VersionStore store = await OpenAsync(between);
        await using Run run = await store.StartRunAsync("train", Options);
        OpenRunInfo open = await other.ListOpenRunsAsync().SingleAsync();
        Assert.That((open.Id, open.IsAlive, between.Interrupted), Is.EqualTo((run.Id, true, true)));
        await run.Log.WriteLineAsync("it has a place to write to");
    }

    [Test]
    public void Snapshot_ByTwoAtOnce_IsACopyForEach()
    {
        RunFolder left = RunFolder.Begin(_folder.Of("cache"), "store").Folder;
        left.Write("log.txt", "epoch 1\n"u8);
        left.Dispose();
        RunFolder first = left.Snapshot(), second = left.Snapshot();
        second.Remove();
        Assert.That(File.ReadAllText(Path.Join(first.Path, "log.txt")), Is.EqualTo("epoch 1\n"));
        Assert.That(RunFolder.Abandoned(_folder.Of("cache"), "store").Select(folder => folder.Root), Is.EqualTo([left.Root]), "Who makes it holds it.");

        left.Remove();
        Assert.That(Directory.GetFiles(left.Snapshot().Path), Is.Empty, "The other one has ended the run.");
        first.Remove();
    }

    private string[] Folders() => Directory.Exists(RunFolders) ? [.. Directory.GetDirectories(RunFolders).SelectMany(Directory.GetDirectories)] : [];

    private Task<VersionStore> OpenAsync(ObjectStore? objects = null) =>
        VersionStore.CreateAsync(objects ?? new PassingStore(_objects), new VersionStoreOptions { Author = "tester", CacheDirectory = _folder.Of("cache") });
}
