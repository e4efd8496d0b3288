using System.Collections.Concurrent;
using NUnit.Framework;
using Versioning.Azure;
using Versioning.Storage;

namespace Versioning.Tests.Azure;

/// <summary>Which requests an operation makes, where nothing goes wrong.</summary>
[TestFixture]
[NonParallelizable]
public sealed class AzureRequestTests
{
    private readonly ConcurrentQueue<string> _requests = new();
    private AzureContainer _container = null!;
    private AnswerFaults _wire = null!;
    private AzureObjectStore _store = null!;

    [SetUp]
    public async Task Open()
    {
        _container = AzureContainer.Create();
        _wire = new AnswerFaults(request =>
        {
            _requests.Enqueue(request.IsList ? "LIST" : request.Method.Method);
            return AnswerFault.None;
        });
        _store = _container.Open(_container.Options(_wire, pageSize: 2), "p");
        await _store.CreateAsync(new("ten"), new byte[10]);
        await _store.CreateAsync(new("empty"), ReadOnlyMemory<byte>.Empty);
        _requests.Clear();
    }

    [TearDown]
    public async Task Close()
    {
        await _store.DisposeAsync();
        _wire.Dispose();
    }

    [TestCase(0)]
    [TestCase(32 * 1024 * 1024)]
    public async Task Create_OfAnyLength_IsOneRequest(int length)
    {
        Assert.That(await _store.CreateAsync(new("new"), new byte[length]), Is.True);
        Assert.That(_requests, Is.EqualTo(["PUT"]));
    }

    [Test]
    public async Task CreateAndRead_OfAPack_MakeNoCopyOfIt()
    {
        byte[] pack = new byte[32 * 1024 * 1024];
        await using AzureObjectStore store = _container.Open();
        await store.StatAsync(new("warm"));
        long least = long.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            // What threads of earlier tests still allocate counts too; a copy would be made in each round.
            long before = GC.GetTotalAllocatedBytes();
            await store.CreateAsync(new($"pack{round}"), pack);
            await store.ReadAsync(new($"pack{round}"), 0, pack);
            least = Math.Min(least, GC.GetTotalAllocatedBytes() - before);
        }

        Assert.That(least, Is.LessThan(pack.Length / 4));
    }

    [Test]
    public async Task Create_KeyTaken_AsksWhetherItIsTheOwn()
    {
        Assert.That(await _store.CreateAsync(new("ten"), new byte[10]), Is.False);
        Assert.That(_requests, Is.EqualTo(["PUT", "HEAD"]));
    }

    [TestCase("ten", 0, 100, "GET")]
    [TestCase("ten", 4, 3, "GET")]
    [TestCase("none", 0, 100, "GET")]
    [TestCase("ten", 11, 100, "GET HEAD")]
    [TestCase("empty", 0, 100, "GET HEAD")]
    [TestCase("ten", 0, 0, "HEAD")]
    [TestCase("ten", -4, 100, "HEAD GET")]
    [TestCase("none", -4, 100, "HEAD")]
    public async Task Read_Range_IsOneRequestUnlessItNeedsTheLength(string key, long offset, int room, string requests)
    {
        await _store.ReadAsync(new(key), offset, new byte[room]);
        Assert.That(string.Join(' ', _requests), Is.EqualTo(requests));
    }

    [Test]
    public async Task List_Pages_AreOneRequestEach()
    {
        await _store.CreateAsync(new("third"), new byte[1]);
        _requests.Clear();
        Assert.That(await _store.ListAsync("").CountAsync(), Is.EqualTo(3));
        Assert.That(_requests, Is.EqualTo(["LIST", "LIST"]));
    }

    [Test]
    public async Task StatAndDelete_AreOneRequestEach()
    {
        await _store.StatAsync(new("ten"));
        await _store.DeleteAsync(new("ten"));
        Assert.That(_requests, Is.EqualTo(["HEAD", "DELETE"]));
    }

    [Test]
    public async Task List_ForeignBlobs_AreLeftOut()
    {
        foreach (string name in new[] { "p", "p/a b", "p/ä", "p//x", "pq", "q/ten" })
        {
            await _container.Client().GetBlobClient(name).UploadAsync(new BinaryData("x"));
        }

        Assert.That((await _store.ListAsync("").ToListAsync()).Select(o => o.Key.Value), Is.EqualTo(["empty", "ten"]));
    }
}
