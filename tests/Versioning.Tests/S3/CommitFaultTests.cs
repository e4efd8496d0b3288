using NUnit.Framework;
using Versioning.S3;
using Versioning.Tests.Faults;
using Versioning.Tests.S3.Fake;
using Versioning.Tests.Store;

namespace Versioning.Tests.S3;

/// <summary>A commit and a fetch with every fault at every request: done, or failed with nothing lost, doubled or half.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class CommitFaultTests
{
    private const string Artifact = "datasets/x";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private FakeS3 _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await FakeS3.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    private static IEnumerable<object[]> Faults() =>
        from fault in Enum.GetValues<FakeFault>()
        where fault is not (FakeFault.None or FakeFault.NoXml)
        from retries in IsRepaired(fault) ? new[] { 0, 4 } : [0]
        select new object[] { fault, retries };

    [TestCaseSource(nameof(Faults))]
    public async Task CommitAndFetch_FaultAtAnyRequest_LoseAndDoubleNothing(FakeFault fault, int retries)
    {
        using var folder = new TempFolder();
        FaultScenario.WriteSources(folder);
        FaultScenario scenario = FaultScenario.All().Single(s => s.ToString() == "second commit that deduplicates");
        VersionStoreOptions options = FaultScenario.Options(folder.Of("cache"));
        (string prepared, FakeBucket template) = _server.CreateBucket();
        await using S3ObjectStore opened = _server.Open(prepared);
        var first = new PassingStore(opened);
        await scenario.Before(new ScenarioRun(first, folder, options));
        string before = await StoreSnapshot.OfAsync(first, options);
        (string whole, FakeBucket undisturbed) = CopyOf(template);
        Assert.That(await TryAsync(_server.Open(whole), folder, FaultScenario.Options(folder.Of("cache-whole")), scenario, folder.Of("target-whole")), Is.True);
        int requests = undisturbed.Requests.Count;
        string after = await SnapshotAsync(whole, options);
        Assert.That(requests, Is.GreaterThan(6), "There are requests to disturb.");

        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (index, _) =>
        {
            (string name, FakeBucket bucket) = CopyOf(template);
            bucket.Script = (_, number) => number == index ? fault : FakeFault.None;
            VersionStoreOptions own = FaultScenario.Options(folder.Of($"cache{index}"));
            string target = folder.Of($"target{index}");
            bool succeeded = await TryAsync(_server.Open(name, retries, Patience), folder, own, scenario, target);

            bucket.Script = (_, _) => FakeFault.None;
            string when = $"{fault} at request {index}, {retries} retries";
            Assert.That(succeeded || retries == 0, Is.True, $"{when} is repaired");
            Assert.That(await SnapshotAsync(name, own), succeeded ? Is.EqualTo(after) : Is.EqualTo(before).Or.EqualTo(after), when);
            Assert.That(await TryAsync(_server.Open(name), folder, own, scenario, target), Is.True, $"{when}, and then repeated");
            Assert.That(await SnapshotAsync(name, own), Is.EqualTo(after), $"{when}, and then repeated");
        });
    }

    private (string Name, FakeBucket Bucket) CopyOf(FakeBucket template)
    {
        (string name, FakeBucket bucket) = _server.CreateBucket();
        foreach ((string key, FakeObject value) in template.Objects)
        {
            bucket.Objects[key] = value;
        }

        return (name, bucket);
    }

    private async Task<string> SnapshotAsync(string bucket, VersionStoreOptions options)
    {
        await using S3ObjectStore opened = _server.Open(bucket);
        return await StoreSnapshot.OfAsync(new PassingStore(opened), options);
    }

    /// <returns>Whether both succeeded; false where they failed as they may.</returns>
    private static async Task<bool> TryAsync(S3ObjectStore opened, TempFolder folder, VersionStoreOptions options, FaultScenario scenario, string target)
    {
        // A version store disposes what it is opened on, and several are.
        await using S3ObjectStore own = opened;
        var objects = new PassingStore(own);
        try
        {
            await scenario.Command(new ScenarioRun(objects, folder, options)).WaitAsync(TimeSpan.FromMinutes(1));
            await FetchAsync(objects, options, target);
            AssertEqual(folder.Of("two"), target, "fetched");
            return true;
        }
        catch (Exception e) when (e is StoreUnavailableException or IntegrityException)
        {
            return false;
        }
    }

    private static async Task FetchAsync(PassingStore objects, VersionStoreOptions options, string target)
    {
        await using VersionStore store = await VersionStore.OpenAsync(objects, options);
        await store.FetchAsync($"{Artifact}@2", target).WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static bool IsRepaired(FakeFault fault) => fault is not (FakeFault.Denied or FakeFault.Skewed or FakeFault.NoBucket or FakeFault.WrongBytes or FakeFault.Conflict);

    private static void AssertEqual(string source, string target, string when)
    {
        string[] paths = [.. Directory.GetFiles(source, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(source, path))];
        Assert.That(Directory.GetFiles(target, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(target, path)), Is.EquivalentTo(paths), when);
        foreach (string path in paths)
        {
            Assert.That(File.ReadAllBytes(Path.Join(target, path)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Join(source, path))), Is.True, $"{path}: {when}");
        }
    }
}
