using NUnit.Framework;
using Versioning.S3;
using Versioning.Storage;
using Versioning.Tests.S3.Fake;
using Versioning.Tests.Servers;

namespace Versioning.Tests.S3;

/// <summary>Every kind of request, with every fault: once, which is repaired, and for ever, which is told.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class FaultTests
{
    private const string Prefix = "some/prefix/";

    private static readonly ObjectKey Key = new("packs/ab/one");
    private static readonly byte[] Content = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))];

    private FakeS3 _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await FakeS3.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    /// <summary>Those that are waited for until patience ends are waited for together.</summary>
    private static IEnumerable<FakeFault[]> Transient() => Enum.GetValues<FakeFault>()
        .Where(fault => fault is not (FakeFault.None or FakeFault.WrongBytes or FakeFault.Denied or FakeFault.DeniedButStalled or FakeFault.NoXml or FakeFault.Skewed or FakeFault.NoBucket))
        .GroupBy(fault => fault is FakeFault.Silence or FakeFault.SilenceAfter or FakeFault.Stalled ? FakeFault.Silence : fault, (_, alike) => alike.ToArray());

    private static Task EachAsync(FakeFault[] faults, Func<FakeFault, FakeKind, Task> test) =>
        Task.WhenAll(faults.SelectMany(fault => KindsWith(fault).Select(kind => test(fault, kind))));

    // Only an answer with a body breaks off in its middle; only a write meets another.
    private static FakeKind[] KindsWith(FakeFault fault) => fault switch
    {
        FakeFault.Truncated or FakeFault.Stalled => [FakeKind.Get, FakeKind.List],
        FakeFault.Conflict => [FakeKind.Put],
        _ => Enum.GetValues<FakeKind>(),
    };

    [TestCaseSource(nameof(Transient))]
    public Task Operation_FaultOnce_Succeeds(params FakeFault[] faults) => EachAsync(faults, async (fault, kind) =>
    {
        (string name, FakeBucket bucket) = Bucket(kind);
        int seen = 0;
        bucket.Script = (request, _) => request.Kind == kind && Interlocked.Increment(ref seen) == 1 ? fault : FakeFault.None;
        await using S3ObjectStore store = _server.Open(name, timeout: Silence.BeforeAnotherTry);

        await RunAsync(store, kind);

        Assert.That(seen, Is.GreaterThan(1), $"{fault} {kind}");
        Assert.That(bucket.Objects.Keys, Is.EqualTo(kind == FakeKind.Delete ? Array.Empty<string>() : [Prefix + Key]), $"{fault} {kind}");
    });

    [TestCaseSource(nameof(Transient))]
    public Task Operation_FaultForEver_IsTransientAndNamesKeyAndPlace(params FakeFault[] faults) => EachAsync(faults, async (fault, kind) =>
    {
        (string name, FakeBucket bucket) = Bucket(kind);
        bucket.Script = (request, _) => request.Kind == kind ? fault : FakeFault.None;
        await using S3ObjectStore store = _server.Open(name, maxRetries: 1, Silence.BeforeAnotherTry);

        StoreUnavailableException error = (await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(store, kind)))!;

        Assert.That((error.Code, error.IsTransient), Is.EqualTo(("store_unavailable", true)), $"{fault} {kind}: {error}");
        Assert.That(error.Message, Does.Contain(kind == FakeKind.List ? "'packs/'" : $"'{Key}'").And.Contain($"s3://{name}/some/prefix"));
        Assert.That(error.Hint, Is.Not.Empty);
        Assert.That(bucket.Requests.Count(request => request.Kind == kind), Is.EqualTo(2), $"{fault} {kind}");
    });

    [Test]
    public async Task Operation_AnswerThatBelongsToAnother_IsNoExceptionOfTheClient()
    {
        foreach (FakeKind kind in Enum.GetValues<FakeKind>().Where(kind => kind != FakeKind.Put))
        {
            (string name, FakeBucket bucket) = Bucket(kind);
            bucket.Script = (request, _) => request.Kind == kind ? FakeFault.Conflict : FakeFault.None;
            await using S3ObjectStore store = _server.Open(name);

            Assert.That(() => RunAsync(store, kind), Throws.TypeOf<StoreUnavailableException>(), $"{kind}");
        }
    }

    [Test]
    public async Task List_AnswerThatIsDamaged_IsTransient()
    {
        (string name, FakeBucket bucket) = Bucket(FakeKind.List);
        bucket.Script = (_, _) => FakeFault.NoXml;
        await using S3ObjectStore store = _server.Open(name, maxRetries: 0);

        StoreUnavailableException error = (await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(store, FakeKind.List)))!;
        Assert.That((error.Code, error.IsTransient), Is.EqualTo(("store_unavailable", true)));
    }

    [TestCase(FakeFault.Denied, "access_denied")]
    [TestCase(FakeFault.NoBucket, "bucket_not_found")]
    public async Task Operation_RefusedForGood_IsToldAtOnce(FakeFault fault, string code)
    {
        foreach (FakeKind kind in Enum.GetValues<FakeKind>().Where(kind => kind != FakeKind.Head))
        {
            (string name, FakeBucket bucket) = Bucket(kind);
            bucket.Script = (request, _) => request.Kind == kind ? fault : FakeFault.None;
            await using S3ObjectStore store = _server.Open(name);

            StoreUnavailableException error = (await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(store, kind)))!;

            Assert.That((error.Code, error.IsTransient), Is.EqualTo((code, false)), error.ToString());
            Assert.That(bucket.Requests.Count(request => request.Kind == kind), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Stat_Denied_IsTold()
    {
        (string name, FakeBucket bucket) = Bucket(FakeKind.Head);
        bucket.Script = (_, _) => FakeFault.Denied;
        await using S3ObjectStore store = _server.Open(name);

        Assert.That(() => RunAsync(store, FakeKind.Head), Throws.TypeOf<StoreUnavailableException>().With.Property(nameof(VersioningException.Code)).EqualTo("access_denied"));
    }

    [Test]
    public async Task Operation_OtherClock_IsToldWithWhatToDo([Values(FakeKind.Put, FakeKind.Get, FakeKind.List, FakeKind.Delete)] FakeKind kind)
    {
        (string name, FakeBucket bucket) = Bucket(kind);
        bucket.Script = (request, _) => request.Kind == kind ? FakeFault.Skewed : FakeFault.None;
        await using S3ObjectStore store = _server.Open(name);

        StoreUnavailableException error = (await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(store, kind)))!;

        Assert.That((error.Code, error.IsTransient), Is.EqualTo(("clock_skew", false)));
        Assert.That(error.Hint, Does.Contain("clock"));
    }

    [Test]
    public async Task Operation_ServerNotThere_IsTransientAndNamesTheEndpoint()
    {
        await using var store = S3ObjectStore.Open("s3://bucket/p", new S3StoreOptions
        {
            ServiceUrl = new Uri("http://no-such-host.invalid:9000"), Credentials = new Amazon.Runtime.BasicAWSCredentials("a", "b"), MaxRetries = 0,
        });

        StoreUnavailableException error = (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.StatAsync(Key)))!;

        Assert.That(error.IsTransient, Is.True);
        Assert.That(error.Message, Does.Contain("no-such-host.invalid"));
    }

    [Test]
    public async Task Operation_CancelledWhileNothingComes_IsCancelled([Values] FakeKind kind)
    {
        (string name, FakeBucket bucket) = Bucket(kind);
        using var source = new CancellationTokenSource();
        bucket.Script = (request, _) =>
        {
            if (request.Kind != kind)
            {
                return FakeFault.None;
            }

            source.CancelAfter(TimeSpan.FromMilliseconds(50));
            return kind == FakeKind.Get ? FakeFault.Stalled : FakeFault.Silence;
        };
        await using S3ObjectStore store = _server.Open(name);

        Assert.That(() => RunAsync(store, kind, source.Token), Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(source.Token));
    }

    [Test]
    public async Task Create_AnswerLostAndAnotherWasFaster_IsFalse()
    {
        (string name, FakeBucket bucket) = Bucket(FakeKind.Put);
        bucket.Script = (request, number) =>
        {
            // The same bytes, but of another writer: a race of equals has one winner too.
            if (number == 0)
            {
                bucket.Put(Prefix + Key, Content, "another", onlyNew: true);
            }

            return number == 0 ? FakeFault.Reset : FakeFault.None;
        };
        await using S3ObjectStore store = _server.Open(name);

        Assert.That(await store.CreateAsync(Key, Content), Is.False);
        Assert.That(bucket.Objects[Prefix + Key].Nonce, Is.EqualTo("another"));
    }

    [Test]
    public async Task Create_AnswerLostAndTheLookToo_IsLeftOpen()
    {
        (string name, FakeBucket bucket) = Bucket(FakeKind.Put);
        bucket.Script = (request, number) => number == 0 ? FakeFault.ResetAfter : request.Kind == FakeKind.Head ? FakeFault.InternalError : FakeFault.None;
        await using S3ObjectStore store = _server.Open(name, maxRetries: 1);

        Assert.That(async () => await store.CreateAsync(Key, Content), Throws.TypeOf<StoreUnavailableException>().With.Property(nameof(StoreUnavailableException.IsTransient)).True);
        Assert.That(bucket.Objects, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Create_MemoryThatIsNoArray_IsSent()
    {
        (string name, FakeBucket bucket) = Bucket(FakeKind.Put);
        bucket.Script = (_, number) => number == 0 ? FakeFault.Reset : FakeFault.None;
        await using S3ObjectStore store = _server.Open(name);
        using var memory = new NativeBytes(Content);

        Assert.That(await store.CreateAsync(Key, memory.Memory), Is.True);
        Assert.That(bucket.Objects[Prefix + Key].Content, Is.EqualTo(Content));
    }

    [Test]
    public async Task Read_BreaksOffAgainAndAgain_AsksForTheRestOnly()
    {
        (string name, FakeBucket bucket) = Bucket(FakeKind.Get);
        bucket.Script = (_, number) => number < 4 ? FakeFault.Truncated : FakeFault.None;
        await using S3ObjectStore store = _server.Open(name);
        byte[] destination = new byte[4000];

        Assert.That(await store.ReadAsync(Key, 1000, destination), Is.EqualTo(new ObjectRead(5000, 4000)));
        Assert.That(destination, Is.EqualTo(Content[1000..]));
        Assert.That(bucket.Requests.Select(request => request.Range), Is.EqualTo(new[] { "bytes=1000-4999", "bytes=3000-4999", "bytes=4000-4999", "bytes=4500-4999", "bytes=4750-4999" }));
    }

    [Test]
    public async Task Read_EndOfAnObject_IsOneRequest()
    {
        (string name, FakeBucket bucket) = Bucket(FakeKind.Get);
        await using S3ObjectStore store = _server.Open(name);

        Assert.That(await store.ReadAsync(Key, -100, new byte[100]), Is.EqualTo(new ObjectRead(5000, 100)));
        Assert.That(bucket.Requests.Single().Range, Is.EqualTo("bytes=-100"));
    }

    [Test]
    public async Task Read_AnotherObjectAfterABreak_IsNotMixed()
    {
        (string name, FakeBucket bucket) = Bucket(FakeKind.Get);
        bucket.Script = (_, number) =>
        {
            if (number == 1)
            {
                bucket.Put(Prefix + Key, new byte[Content.Length], "another", onlyNew: false);
            }

            return number == 0 ? FakeFault.Truncated : FakeFault.None;
        };
        await using S3ObjectStore store = _server.Open(name);

        Assert.That(async () => await store.ReadAsync(Key, 0, new byte[Content.Length]), Throws.TypeOf<StoreUnavailableException>().With.Property(nameof(VersioningException.Code)).EqualTo("object_changed"));
    }

    [Test]
    public async Task List_ObjectsThatAreNone_AreLeftOut()
    {
        (string name, FakeBucket bucket) = _server.CreateBucket();
        foreach (string key in new[] { "", "a b", "x//y", "good", "ünï", ".." })
        {
            bucket.Put(Prefix + key, [1], "", onlyNew: true);
        }

        bucket.Put("some/prefix2/other", [1], "", onlyNew: true);
        await using S3ObjectStore store = _server.Open(name);

        Assert.That((await store.ListAsync("").ToListAsync()).Select(o => o.Key.Value), Is.EqualTo(new[] { "good" }));
    }

    private (string Name, FakeBucket Bucket) Bucket(FakeKind kind)
    {
        (string name, FakeBucket bucket) = _server.CreateBucket();
        if (kind != FakeKind.Put)
        {
            bucket.Put(Prefix + Key, Content, "before", onlyNew: true);
        }

        return (name, bucket);
    }

    /// <summary>An operation whose request is of that kind, and its result.</summary>
    private static async Task RunAsync(S3ObjectStore store, FakeKind kind, CancellationToken cancellationToken = default)
    {
        switch (kind)
        {
            case FakeKind.Put:
                Assert.That(await store.CreateAsync(Key, Content, cancellationToken), Is.True);
                break;
            case FakeKind.Get:
                byte[] destination = new byte[Content.Length + 1];
                Assert.That(await store.ReadAsync(Key, 0, destination, cancellationToken), Is.EqualTo(new ObjectRead(Content.Length, Content.Length)));
                Assert.That(destination.AsSpan(0, Content.Length).SequenceEqual(Content), Is.True);
                break;
            case FakeKind.Head:
                Assert.That(await store.StatAsync(Key, cancellationToken), Is.EqualTo(Content.Length));
                break;
            case FakeKind.List:
                Assert.That(await store.ListAsync("packs/", cancellationToken).ToListAsync(CancellationToken.None), Is.EqualTo(new[] { new ObjectInfo(Key, Content.Length) }));
                break;
            default:
                Assert.That(await store.DeleteAsync(Key, cancellationToken), Is.True);
                break;
        }
    }
}
