using Amazon.Runtime;
using Amazon.S3;
using NUnit.Framework;
using Versioning.S3;
using Versioning.Storage;
using Versioning.Tests.S3.Fake;
using Versioning.Tests.Servers;

namespace Versioning.Tests.S3;

/// <summary>A client of the caller's that would wait for ever: the store does not.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class CallersClientTests
{
    private const string Prefix = "p/";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private static readonly ObjectKey Key = new("packs/ab/one");
    private static readonly byte[] Content = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))];

    private FakeS3 _server = null!;
    private AmazonS3Client _client = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await FakeS3.StartAsync();
        _client = new(new BasicAWSCredentials("callers", "x"), new AmazonS3Config
        {
            ServiceURL = _server.Endpoint.AbsoluteUri,
            ForcePathStyle = true,
            MaxErrorRetry = 0,
            Timeout = Timeout.InfiniteTimeSpan,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    /// <summary>All at once, each in a bucket of its own: they wait for silence to end together.</summary>
    private static Task EachAsync(FakeFault[] faults, Func<FakeFault, FakeKind, Task> test) => Task.WhenAll(faults.SelectMany(fault => KindsWith(fault).Select(kind => test(fault, kind))));

    private static FakeKind[] KindsWith(FakeFault fault) => fault switch
    {
        FakeFault.Stalled => [FakeKind.Get, FakeKind.List],
        FakeFault.DeniedButStalled => [.. Enum.GetValues<FakeKind>().Where(kind => kind != FakeKind.Head)],
        _ => Enum.GetValues<FakeKind>(),
    };

    [Test]
    public Task Operation_NothingComesOnce_IsSentAgain() => EachAsync([FakeFault.Silence, FakeFault.SilenceAfter, FakeFault.Stalled], async (fault, kind) =>
    {
        (FakeBucket bucket, S3ObjectStore store) = Open(kind);
        int seen = 0;
        bucket.Script = (request, _) => request.Kind == kind && Interlocked.Increment(ref seen) == 1 ? fault : FakeFault.None;

        Assert.That(await RunAsync(store, kind).WaitAsync(Deadline), Is.True, $"{fault} {kind}");
        Assert.That(seen, Is.GreaterThan(1), $"{fault} {kind}");
    });

    [Test]
    public Task Operation_NothingComesForEver_IsUnavailableAndNamesTheObject() => EachAsync([FakeFault.Silence, FakeFault.Stalled, FakeFault.DeniedButStalled], async (fault, kind) =>
    {
        (FakeBucket bucket, S3ObjectStore store) = Open(kind);
        bucket.Script = (request, _) => request.Kind == kind ? fault : FakeFault.None;

        StoreUnavailableException error = (await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(store, kind).WaitAsync(Deadline), $"{fault} {kind}"))!;

        Assert.That((error.Code, error.IsTransient), Is.EqualTo(("store_unavailable", true)), $"{fault} {kind}: {error}");
        Assert.That(error.Message, Does.Contain(kind == FakeKind.List ? "'packs/'" : $"'{Key}'"));
        Assert.That(bucket.Requests.Count(request => request.Kind == kind), Is.EqualTo(2), $"{fault} {kind}");
    });

    [Test]
    public async Task Operation_CancelledWhileNothingComes_IsNotSentAgain([Values] FakeKind kind)
    {
        (FakeBucket bucket, S3ObjectStore store) = Open(kind);
        using var source = new CancellationTokenSource();
        bucket.Script = (request, _) =>
        {
            if (request.Kind == kind)
            {
                source.Cancel();
            }

            return request.Kind == kind ? FakeFault.Silence : FakeFault.None;
        };

        Assert.That(() => RunAsync(store, kind, source.Token), Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(source.Token));
        Assert.That(bucket.Requests.Count(request => request.Kind == kind), Is.EqualTo(1));
    }

    private (FakeBucket Bucket, S3ObjectStore Store) Open(FakeKind kind)
    {
        (string name, FakeBucket bucket) = _server.CreateBucket();
        if (kind != FakeKind.Put)
        {
            bucket.Put(Prefix + Key, Content, "before", onlyNew: true);
        }

        return (bucket, new(_client, name, "p", new S3StoreOptions { RequestTimeout = Silence.BeforeAnotherTry, StallTimeout = Silence.BeforeAnotherTry, MaxRetries = 1 }));
    }

    /// <summary>An operation whose request is of that kind.</summary>
    /// <returns>Whether it gave what it should.</returns>
    private static async Task<bool> RunAsync(S3ObjectStore store, FakeKind kind, CancellationToken cancellationToken = default)
    {
        byte[] read = new byte[Content.Length];
        return kind switch
        {
            FakeKind.Put => await store.CreateAsync(Key, Content, cancellationToken),
            FakeKind.Get => await store.ReadAsync(Key, 0, read, cancellationToken) == new ObjectRead(read.Length, read.Length) && read.AsSpan().SequenceEqual(Content),
            FakeKind.Head => await store.StatAsync(Key, cancellationToken) == Content.Length,
            FakeKind.List => await store.ListAsync("packs/", cancellationToken).SingleAsync(CancellationToken.None) == new ObjectInfo(Key, Content.Length),
            _ => await store.DeleteAsync(Key, cancellationToken),
        };
    }
}
