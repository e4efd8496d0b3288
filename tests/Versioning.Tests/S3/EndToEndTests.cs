using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.S3;

/// <summary>Whole commands on Ceph's object gateway, with what a user would set.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class EndToEndTests
{
    private const int Writers = 16;
    private static readonly CommitOptions Plain = new() { Code = new CodeCommit(null, "0123", null, false) };

    private RealBucket _bucket = null!;
    private EnvironmentScope _environment = null!;
    private TempFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        _bucket = RealBucket.Create();
        _folder = new TempFolder();
        _environment = new EnvironmentScope(
            ("AWS_ENDPOINT_URL_S3", _bucket.Server.Endpoint.AbsoluteUri), ("AWS_ACCESS_KEY_ID", _bucket.Server.Account), ("AWS_SECRET_ACCESS_KEY", _bucket.Server.Key));
    }

    [TearDown]
    public void TearDown()
    {
        _environment?.Dispose();
        _folder?.Dispose();
    }

    [Test]
    public async Task CommitAndFetch_ThroughTheLocationAlone_GivesTheSameFiles()
    {
        _folder.Write("data/a.txt", "a");
        _folder.Write("data/sub/empty", "");
        byte[] large = Compression.SampleData.Make(3_000_000, 3, 1);
        _folder.Write("data/large", large);
        string location = $"s3://{_bucket.Name}/team/data";
        await using (VersionStore store = await VersionStore.CreateAsync(location, _folder.Options))
        {
            Assert.That(store.Location, Is.EqualTo(location));
            await store.CommitAsync("datasets/x", _folder.Of("data"), Plain);
        }

        await using VersionStore elsewhere = await VersionStore.OpenAsync(location, new VersionStoreOptions { CacheDirectory = _folder.Of("other") });
        await elsewhere.FetchAsync("datasets/x@latest", _folder.Of("fetched"));

        Assert.That(await File.ReadAllTextAsync(_folder.Of("fetched/a.txt")), Is.EqualTo("a"));
        Assert.That(new FileInfo(_folder.Of("fetched/sub/empty")).Length, Is.Zero);
        Assert.That((await File.ReadAllBytesAsync(_folder.Of("fetched/large"))).AsSpan().SequenceEqual(large), Is.True);
        Assert.That((await elsewhere.VerifyAsync()).Damages, Is.Empty);
    }

    [Test]
    public async Task Open_BucketThatIsNotThere_SaysSo()
    {
        StoreUnavailableException error = (await Assert.ThrowsAsync<StoreUnavailableException>(() => VersionStore.OpenAsync($"s3://{_bucket.Name}-none", _folder.Options)))!;

        Assert.That(error.Code, Is.EqualTo("bucket_not_found"));
    }

    [Test]
    public async Task Open_WrongSecret_SaysSo()
    {
        using var environment = new EnvironmentScope(
            ("AWS_ENDPOINT_URL_S3", _bucket.Server.Endpoint.AbsoluteUri), ("AWS_ACCESS_KEY_ID", _bucket.Server.Account), ("AWS_SECRET_ACCESS_KEY", "geheim"));

        StoreUnavailableException error = (await Assert.ThrowsAsync<StoreUnavailableException>(() => VersionStore.OpenAsync($"s3://{_bucket.Name}", _folder.Options)))!;

        Assert.That(error.Code, Is.EqualTo("access_denied"));
        Assert.That(error.ToString(), Does.Not.Contain("geheim"));
    }

    [Test]
    public async Task Commit_SixteenAtOnce_AllGetNumbersOfTheirOwn()
    {
        string location = $"s3://{_bucket.Name}";
        await (await VersionStore.CreateAsync(location, _folder.Options)).DisposeAsync();

        long[] numbers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            _folder.Write($"w{writer}/file", $"{writer}");
            await using VersionStore own = await VersionStore.OpenAsync(location, new VersionStoreOptions { Author = "tester", CacheDirectory = _folder.Of($"cache{writer}") });
            return (await own.CommitAsync("datasets/shared", _folder.Of($"w{writer}"), Plain)).Version.Number;
        })));

        Assert.That(numbers, Is.EquivalentTo(Enumerable.Range(1, Writers)));
        await using VersionStore store = await VersionStore.OpenAsync(location, _folder.Options);
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        Assert.That((await store.LogAsync("datasets/shared").ToListAsync()).Select(v => v.Number), Is.EqualTo(Enumerable.Range(1, Writers).Reverse()));
        Assert.That(await store.AuditAsync().CountAsync(), Is.EqualTo(Writers));
    }
}
