using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Servers;
using Versioning.Tests.Servers.Proxy;
using Versioning.Tests.Store;

namespace Versioning.Tests.Fetching;

/// <summary>How many round trips one after another a first read waits for, on a real server that is some way off.</summary>
[TestFixture(RealServer.S3)]
[TestFixture(RealServer.Azure)]
internal sealed class RoundTripTests(RealServer server)
{
    private const string Artifact = "datasets/x", Prefix = "store";
    private const int Range = 1024 * 1024;

    // Long enough that what is asked side by side is under way together.
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(30);
    private static readonly byte[] Large = SampleData.Make(20 * Range, 3, 1);

    private readonly TempFolder _folder = new();
    private RealPlace _place = null!;
    private FaultProxy _proxy = null!;

    [OneTimeSetUp]
    public async Task Commit()
    {
        _place = RealPlace.Create(server);
        _proxy = new FaultProxy(_place.Server) { Delay = Delay };
        for (int i = 0; i < 3000; i++)
        {
            _folder.Write($"s/{i % 50}/{i}", SampleData.Make(500, 3, i));
        }

        _folder.Write("s/large", Large);
        await using VersionStore store = await VersionStore.CreateAsync(_place.Open(Prefix), _folder.Options);
        await store.CommitAsync(Artifact, _folder.Of("s"));
    }

    [OneTimeTearDown]
    public async Task Clear()
    {
        _folder.Dispose();
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }
    }

    [Test]
    public async Task Fetch_OneOfManyFiles_WaitsForFew()
    {
        await AnewAsync(async store => await store.FetchAsync(Artifact, _folder.Of("t"), new FetchOptions { Include = { "7/1507" } }));

        Assert.That(await File.ReadAllBytesAsync(_folder.Of("t/7/1507")), Is.EqualTo(SampleData.Make(500, 3, 1507)));
        ExpectRoundTrips(5);
    }

    [Test]
    public async Task Read_ARangeOfALargeFile_WaitsForFew()
    {
        byte[] read = new byte[Range];
        await AnewAsync(async store => await store.ReadRangeAsync(Artifact, "large", 7_000_001, read));

        Assert.That(read.AsSpan().SequenceEqual(Large.AsSpan(7_000_001, Range)), Is.True);
        ExpectRoundTrips(5);
    }

    /// <summary>As from another machine.</summary>
    private async Task AnewAsync(Func<VersionStore, Task> read)
    {
        _proxy.Forget();
        using var elsewhere = new TempFolder();
        await using VersionStore store = await VersionStore.OpenAsync(_place.Open(Prefix, _proxy.Endpoint), elsewhere.Options);
        await read(store);
    }

    private void ExpectRoundTrips(int most) => Assert.That(
        ProxiedRequest.LongestChain(_proxy.Requests), Is.Positive.And.LessThanOrEqualTo(most), string.Join(Environment.NewLine, _proxy.Requests));
}
