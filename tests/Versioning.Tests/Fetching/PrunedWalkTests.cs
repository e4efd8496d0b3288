using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Fetching;

/// <summary>A glob with a fixed beginning reads only that part of a manifest, and finds the same.</summary>
[TestFixture]
internal sealed class PrunedWalkTests
{
    private const string Artifact = "datasets/x";

    private TempFolder _folder = null!;
    private CountingStore _counting = null!;
    private string[] _paths = null!;

    /// <summary>One store for all: they only read.</summary>
    [OneTimeSetUp]
    public async Task MakeStore()
    {
        _folder = new TempFolder();
        _paths = [.. from folder in Enumerable.Range(0, 60) from file in Enumerable.Range(0, 60) select $"d{folder:D2}/é{file:D2}.csv"];
        foreach (string path in _paths)
        {
            _folder.Write($"s/{path}", path);
        }

        var objects = new MemoryStore();
        await using (VersionStore store = await VersionStore.CreateAsync(new PassingStore(objects), _folder.Options))
        {
            await store.CommitAsync(Artifact, _folder.Of("s"));
        }

        _counting = new CountingStore(objects);
    }

    [OneTimeTearDown]
    public async Task RemoveStore()
    {
        _folder.Dispose();
        await _counting.DisposeAsync();
    }

    [TestCase("d07/é41.csv", 1, 6)]
    [TestCase("d07/é4*.csv", 10, 8)]
    [TestCase("d0[3]/**", 60, 100)]
    [TestCase("nothing", 0, 6)]
    [TestCase("d59/é59.csvx", 0, 8)]
    [TestCase("**/é00.csv", 60, 10_000)]
    public async Task Fetch_Include_GivesWhatMatches_AndReadsLittle(string glob, int files, int reads)
    {
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_counting), _folder.Options);
        _counting.Reset();
        string target = _folder.Of($"t-{files}-{reads}");
        FetchResult fetched = await store.FetchAsync(Artifact, target, new FetchOptions { Include = [glob] });
        Assert.That(fetched.Files, Is.EqualTo(files));
        Assert.That(_counting.Count(StoreOperation.Read), Is.LessThanOrEqualTo(reads));
        foreach (string file in Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories))
        {
            Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo(Path.GetRelativePath(target, file).Replace('\\', '/')));
        }
    }

    [Test]
    public async Task List_AnyFixedBeginning_IsWhatAFilterFinds()
    {
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_counting), _folder.Options);
        foreach (string start in new[] { "", "d", "d0", "d1/", "d12/é", "d12/é3", "d12/\ud800", "d99", "e", "\u0001", "\U0001F600" })
        {
            Assert.That(
                (await store.ListFilesAsync(Artifact, start + "**").ToListAsync()).Select(f => f.Path),
                Is.EqualTo(_paths.Where(p => p.StartsWith(start, StringComparison.Ordinal))), start);
        }
    }
}
