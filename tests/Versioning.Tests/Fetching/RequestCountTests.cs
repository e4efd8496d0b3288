using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Fetching;

/// <summary>How many requests a remote store is asked, from opening it on: each is a round trip and costs money.</summary>
[TestFixture]
internal sealed class RequestCountTests : StoreFixture
{
    private const string Artifact = "datasets/x";
    private const int LargeLength = 60 * 1024 * 1024;
    private const int Range = 1024 * 1024;

    private RecordingStore _requests = null!;

    [SetUp]
    public void SetUp() => _requests = new RecordingStore(new RemoteStore(_objects));

    [TearDown]
    public async Task TearDown() => await _requests.DisposeAsync();

    [Test]
    public async Task Fetch_OneOfManyFiles_TakesSix_AndInTheSameStoreAgainTwo()
    {
        for (int i = 0; i < 1600; i++)
        {
            _folder.Write($"s/{i % 50}/{i}", SampleData.Make(500, 3, i));
        }

        await CommitAsync();
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_requests), _folder.Options);
        await store.FetchAsync(Artifact, _folder.Of("t1"), new FetchOptions { Include = { "7/1507" } });
        Expect(6);
        await store.FetchAsync(Artifact, _folder.Of("t2"), new FetchOptions { Include = { "7/1507" } });
        Expect(2);
    }

    [TestCase(0L)]
    [TestCase(30_000_001L)]
    [TestCase(LargeLength - Range)]
    public async Task Read_ARangeOfALargeFile_TakesSix_AndInTheSameStoreAgainTwo(long offset)
    {
        byte[] content = SampleData.Make(LargeLength, 3, 1);
        _folder.Write("s/large", content);
        await CommitAsync();
        byte[] read = new byte[Range];
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_requests), _folder.Options);
        Assert.That(await store.ReadRangeAsync(Artifact, "large", offset, read), Is.EqualTo(Range));
        Assert.That(read.AsSpan().SequenceEqual(content.AsSpan((int)offset, Range)), Is.True);
        Expect(offset is > 0 and < LargeLength - Range ? 7 : 6);
        Assert.That(await store.ReadRangeAsync(Artifact, "large", offset, read), Is.EqualTo(Range));
        Expect(offset is > 0 and < LargeLength - Range ? 3 : 2);
    }

    [Test]
    public async Task Read_ARangeOfALargeFile_InAnotherProcess_TakesTwoByPin_AndFourByName()
    {
        byte[] content = SampleData.Make(LargeLength, 3, 1);
        _folder.Write("s/large", content);
        await CommitAsync();
        string pin = "";
        foreach ((bool byPin, int most) in new[] { (false, 7), (true, 2), (false, 4) })
        {
            byte[] read = new byte[Range];
            await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_requests), _folder.Options);
            await store.ReadRangeAsync(byPin ? pin : Artifact, "large", 30_000_001, read);
            Assert.That(read.AsSpan().SequenceEqual(content.AsSpan(30_000_001, Range)), Is.True);

            // The format and the bytes; by name whether the newest entry that is known is there still, and whether there is a newer one.
            Expect(most);
            pin = (await store.ResolveAsync(Artifact)).Pin.ToString();
            _requests.Clear();
        }
    }

    [Test]
    public async Task Fetch_OfWhatThisMachineCommitted_AsksForTheBytesOnly()
    {
        for (int i = 0; i < 300; i++)
        {
            _folder.Write($"s/{i % 50}/{i}", SampleData.Make(500, 3, i));
        }

        CommitResult made;
        await using (VersionStore store = await VersionStore.CreateAsync(new PassingStore(_requests), _folder.Options))
        {
            made = await store.CommitAsync(Artifact, _folder.Of("s"));
        }

        _requests.Clear();
        await using VersionStore again = await VersionStore.OpenAsync(new PassingStore(_requests), _folder.Options);
        await again.FetchAsync(made.Version.Pin.ToString(), _folder.Of("t"));
        Expect(2);
    }

    [Test]
    public async Task Commit_OfASmallFolder_TakesAFew()
    {
        await CommitAsync();
        _folder.Write("s/a", "one");
        _folder.Write("s/b", "two");
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_requests), _folder.Options);
        long before = await BytesAsync();
        CommitResult result = await store.CommitAsync("models/m", _folder.Of("s"));

        // The format, a listing, the entries and the first that is absent, what the other artifact's packs hold, a pack, an entry.
        Expect(8);
        Assert.That(result.StoredBytes, Is.EqualTo(await BytesAsync() - before));
    }

    private ValueTask<long> BytesAsync() => _objects.ListAsync("").Select(info => info.Length).SumAsync();

    private async Task CommitAsync()
    {
        _folder.Write("s/first", "x");
        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        await store.CommitAsync(Artifact, _folder.Of("s"));
    }

    private void Expect(int most)
    {
        Assert.That(_requests.Requests, Has.Count.LessThanOrEqualTo(most), string.Join(Environment.NewLine, _requests.Requests));
        _requests.Clear();
    }
}
