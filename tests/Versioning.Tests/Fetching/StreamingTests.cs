using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Store;

namespace Versioning.Tests.Fetching;

/// <summary>Files handed out one after another: each whole, whatever the sizes, and only as many in memory as are allowed.</summary>
[TestFixture]
internal sealed class StreamingTests : StoreFixture
{
    private const int Groups = 5;

    [SetUp]
    public async Task SetUp()
    {
        await using VersionStore store = await VersionStore.CreateAsync(_objects, _folder.Options);
        for (int i = 0; i < Groups; i++)
        {
            // Files that only one at a time fit, between many small ones, an empty one, and one that is too large for all others.
            _folder.Write($"s/{i}-large", SampleData.Make(i == 2 ? 60_000_000 : 14_000_000, 3, i));
            for (int j = 0; j < 20; j++)
            {
                _folder.Write($"s/{i}-small/{j}", SampleData.Make(1_000 * j, 3, (100 * i) + j));
            }
        }

        await store.CommitAsync("datasets/x", _folder.Of("s"), new CommitOptions { Compress = false });
    }

    [Test]
    public async Task ReadFiles_MoreThanFitsInMemory_GivesEachFileOnce([Values(1, 2, 5)] int concurrency)
    {
        await using VersionStore store = await VersionStore.OpenAsync(_objects, new VersionStoreOptions { CacheDirectory = _folder.Of("cache"), Concurrency = concurrency });
        var seen = new List<string>();
        await foreach (FileContent file in store.ReadFilesAsync("datasets/x").WithCancellation(new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token))
        {
            seen.Add(file.Path);
            byte[] expected = await File.ReadAllBytesAsync(_folder.Of($"s/{file.Path}"));
            Assert.That(file.Content.Span.SequenceEqual(expected), Is.True, file.Path);
        }

        Assert.That(seen, Is.Unique);
        Assert.That(seen, Has.Count.EqualTo(Groups * 21));
    }

    [Test]
    public async Task ReadFiles_NobodyTakesAny_StopsReadingAhead()
    {
        var counting = new Faults.CountingStore(_objects);
        await using VersionStore store = await VersionStore.OpenAsync(counting, _folder.Options);
        await using IAsyncEnumerator<FileContent> files = store.ReadFilesAsync("datasets/x").GetAsyncEnumerator();
        Assert.That(await files.MoveNextAsync(), Is.True);
        long before;
        do
        {
            before = counting.BytesRead;
            await Task.Delay(200);
        }
        while (counting.BytesRead != before);

        Assert.That(before, Is.LessThan(64_000_000));
    }
}
