using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Versioning.Storage;
using Versioning.Storage.Http;
using Versioning.Tests.Servers;
using StoreLocation = Versioning.Storage.StoreLocation;

namespace Versioning.Tests.Storage;

[TestFixture]
internal sealed class HttpStoreTests
{
    private const string Key = "packs/ab/one";

    // So short that a test which waits them all out is over soon; what does not fail must never come near them.
    private static readonly HttpLimits Quick = new() { FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(5) };
    private static readonly HttpLimits Impatient = Quick with { Answer = Silence.BeforeAnotherTry, Stall = Silence.BeforeAnotherTry };

    public enum Wait { ForTheAnswer, ForItsBody, BetweenTries }

    private readonly byte[] _content = RandomNumberGenerator.GetBytes(300_000);
    private MemoryStore _objects = null!;
    private WebServer _server = null!;
    private HttpStore _store = null!;
    private byte[] _read = null!;

    [SetUp]
    public async Task SetUp()
    {
        _objects = new MemoryStore();
        await _objects.CreateAsync(StoreKeys.Format, new byte[] { 1 });
        await _objects.CreateAsync(new(Key), _content);
        _server = new WebServer(_objects);
        _store = new HttpStore(_server.Address, Quick);
        _read = new byte[_content.Length];
    }

    [TearDown]
    public async Task TearDown()
    {
        await _store.DisposeAsync();
        await _server.DisposeAsync();
        await _objects.DisposeAsync();
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(100_000)]
    [TestCase(299_999)]
    public async Task Read_BodyThatEndsEarly_GoesOnWhereItStopped(int cut)
    {
        DistortFirst(right => right with { CutAfter = cut });

        await AssertReadAsync();
        Assert.That(_server.Requests.Select(r => r.Header("range")), Is.EqualTo(["bytes=0-299999", $"bytes={cut}-299999"]));
    }

    [Test]
    public async Task Read_BodyThatIsReset_GoesOn()
    {
        DistortFirst(right => right with { CutAfter = 150_000, Resets = true });
        await AssertReadAsync();
    }

    [Test]
    public async Task Read_BodyThatStalls_GoesOnWhereItStopped()
    {
        await using var impatient = new HttpStore(_server.Address, Impatient);
        DistortFirst(right => right with { CutAfter = 100_000, Stalls = true });

        Assert.That(await impatient.ReadAsync(new(Key), 0, _read), Is.EqualTo(new ObjectRead(300_000, 300_000)));
        Assert.That(_read, Is.EqualTo(_content));
        Assert.That(_server.Requests.Select(r => r.Header("range")), Is.EqualTo(["bytes=0-299999", "bytes=100000-299999"]));
    }

    [Test]
    public async Task Read_NoAnswer_IsAskedAgain_ThenUnavailable()
    {
        await using var impatient = new HttpStore(_server.Address, Impatient with { Tries = 2 });
        _server.Distort = (_, right) => right with { SaysNothing = true, Stalls = true };

        await AssertUnavailableAsync(impatient, "store_unavailable", transient: true);
        Assert.That(_server.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Read_Suffix_ThatEndsEarly_GoesOnFromItsStart()
    {
        DistortFirst(right => right with { CutAfter = 10 });

        Assert.That(await _store.ReadAsync(new(Key), -1000, _read.AsMemory(0, 1000)), Is.EqualTo(new ObjectRead(300_000, 1000)));
        Assert.That(_read.AsSpan(0, 1000).SequenceEqual(_content.AsSpan(299_000)), Is.True);
        Assert.That(_server.Requests.Select(r => r.Header("range")), Is.EqualTo(["bytes=-1000", "bytes=299010-299999"]));
    }

    [TestCase(408)]
    [TestCase(429)]
    [TestCase(500)]
    [TestCase(503)]
    [TestCase(522)]
    public async Task Read_ServerThatIsBusy_IsAskedAgain(int status)
    {
        DistortFirst(_ => new WebAnswer(status, []).With("Retry-After", "1"));
        await AssertReadAsync();
        Assert.That(_server.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Read_ServerThatStaysBusy_IsAskedAFewTimes_ThenUnavailable()
    {
        _server.Distort = (_, _) => new WebAnswer(503, []);
        await AssertUnavailableAsync(_store, "store_unavailable", transient: true);
        Assert.That(_server.Requests, Has.Count.EqualTo(Quick.Tries));
    }

    [Test]
    public async Task Read_AlwaysCutShort_IsAskedAFewTimes_ThenUnavailable()
    {
        _server.Distort = (_, right) => right with { CutAfter = 1 };
        await AssertUnavailableAsync(_store, "store_unavailable", transient: true);
        Assert.That(_server.Requests, Has.Count.LessThanOrEqualTo(Quick.Tries + 1));
    }

    [TestCase(401, "access_denied")]
    [TestCase(400, "bad_answer")]
    [TestCase(405, "bad_answer")]
    [TestCase(501, "bad_answer")]
    [TestCase(204, "bad_answer")]
    [TestCase(302, "redirect_refused")]
    public async Task Read_ServerThatRefuses_IsAskedOnce(int status, string code)
    {
        _server.Distort = (_, _) => new WebAnswer(status, []);
        await AssertUnavailableAsync(_store, code, transient: false);
        Assert.That(_server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Read_ForbiddenObject_IsAbsentOnlyWhileTheFormatCanBeRead()
    {
        _server.Distort = (request, right) => request.Key == Key ? new WebAnswer(403, []) : right;
        Assert.That(await _store.ReadAsync(new(Key), 0, _read), Is.Null);

        _server.Distort = (_, _) => new WebAnswer(403, []);
        Assert.That(async () => await _store.ReadAsync(new(Key), 0, _read), Throws.TypeOf<StoreUnavailableException>().With.Property("Code").EqualTo("access_denied"));
        Assert.That(async () => await _store.ReadAsync(StoreKeys.Format, 0, _read), Throws.TypeOf<StoreUnavailableException>().With.Property("Code").EqualTo("access_denied"));

        _server.Distort = (request, _) => new WebAnswer(request.Key == Key ? 403 : 404, []);
        await AssertUnavailableAsync(_store, "access_denied", transient: false);
    }

    [TestCase(200)]
    [TestCase(206)]
    public async Task Read_EncodedAnswer_IsRefused(int status)
    {
        _server.Distort = (_, right) => (right with { Status = status }).With("Content-Encoding", "gzip");
        await AssertUnavailableAsync(_store, "content_encoding", transient: false);
        Assert.That(_server.Requests.Select(r => r.Header("accept-encoding")), Is.All.EqualTo("identity"));
    }

    [TestCase("identity")]
    [TestCase("aws-chunked")]
    public async Task Read_AnswerWithAnEncodingThatIsNone_IsTaken(string encoding)
    {
        _server.Distort = (_, right) => right.With("Content-Encoding", encoding);
        await AssertReadAsync();
    }

    [TestCase(null)]
    [TestCase("bytes 5-299999/300000")]
    [TestCase("lines 0-299999/300000")]
    [TestCase("bytes */300000")]
    public async Task Read_AnotherPartThanAskedFor_IsRefused(string? range)
    {
        _server.Distort = (_, right) => right.With("Content-Range", range);
        await AssertUnavailableAsync(_store, "bad_answer", transient: false);
    }

    [Test]
    public async Task Read_LengthThatChanges_IsRefused()
    {
        int asked = 0;
        _server.Distort = (_, right) => Interlocked.Increment(ref asked) == 1 ? right with { CutAfter = 7 } : right.With("Content-Range", "bytes 7-299999/300001");
        await AssertUnavailableAsync(_store, "bad_answer", transient: false);
    }

    [Test]
    public async Task Read_AbsentObject_IsNotAskedForAgain()
    {
        Assert.That(await _store.ReadAsync(new("none"), 0, _read), Is.Null);
        _server.Distort = (_, _) => new WebAnswer(410, []);
        Assert.That(await _store.ReadAsync(new(Key), -9, _read), Is.Null);
        Assert.That(_server.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Requests_ForWhatComesIntoBeingLater_PassCaches_OthersDoNot()
    {
        await _store.StatAsync(new(Key));
        await _store.StatAsync(StoreKeys.Format);
        Assert.That(_server.Requests.Select(r => r.Header("cache-control")), Is.All.Null);

        _server.Forget();
        await _store.StatAsync(StoreKeys.Entry(1));
        await _store.StatAsync(StoreKeys.Checkpoint(256));
        Assert.That(_server.Requests.Select(r => r.Header("cache-control")), Is.EqualTo(["no-cache", "no-cache"]));
    }

    [Test]
    public async Task Requests_HoldNoCookie()
    {
        _server.Distort = (_, right) => right.With("Set-Cookie", "a=b; Path=/");
        await _store.StatAsync(new(Key));
        await _store.StatAsync(new(Key));
        Assert.That(_server.Requests.SelectMany(r => r.Headers.Keys), Has.None.EqualTo("cookie").And.None.EqualTo("authorization"));
    }

    [Test]
    public async Task Redirect_IsFollowed_ButNotInACircle()
    {
        await _objects.CreateAsync(new("elsewhere"), _content);
        _server.Distort = (request, right) => request.Key == Key ? new WebAnswer(302, []).With("Location", WebServer.Base + "elsewhere") : right;
        await AssertReadAsync();

        _server.Distort = (request, _) => new WebAnswer(302, []).With("Location", request.Path);
        await AssertUnavailableAsync(_store, "redirect_refused", transient: false);
    }

    [Test]
    public async Task Redirect_FromHttps_IsNotFollowedToHttp()
    {
        using X509Certificate2 certificate = Certificate();
        await using var secure = new WebServer(_objects, certificate);
        await using var store = new HttpStore(secure.Address, Quick, handler => handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString());
        Assert.That(await store.ReadAsync(new(Key), 0, _read), Is.EqualTo(new ObjectRead(300_000, 300_000)));
        Assert.That(_read, Is.EqualTo(_content));

        secure.Distort = (_, _) => new WebAnswer(301, []).With("Location", $"{_server.Address}{Key}?signature=secret");
        StoreUnavailableException error = await AssertUnavailableAsync(store, "redirect_refused", transient: false);
        Assert.That(error.ToString(), Does.Not.Contain("secret"));
        Assert.That(_server.Requests, Is.Empty);
    }

    [Test]
    public async Task Certificate_ThatIsNotTrusted_IsRefusedAtOnce()
    {
        using X509Certificate2 certificate = Certificate();
        await using var secure = new WebServer(_objects, certificate);
        await using var store = new HttpStore(secure.Address, Quick with { Tries = int.MaxValue });
        await AssertUnavailableAsync(store, "store_unavailable", transient: false);
    }

    [Test]
    public async Task Server_ThatIsNotThere_IsUnavailable()
    {
        var gone = new WebServer(_objects);
        await gone.DisposeAsync();
        await using var store = new HttpStore(gone.Address, Quick);
        await AssertUnavailableAsync(store, "store_unavailable", transient: true);
    }

    [Test]
    public void Operation_CancelledWhileItWaits_IsCancelled([Values] bool reads, [Values] Wait wait)
    {
        using CancellationTokenSource source = new();
        _server.Distort = (_, right) =>
        {
            source.CancelAfter(TimeSpan.FromMilliseconds(20));
            return wait switch
            {
                Wait.ForTheAnswer => right with { SaysNothing = true, Stalls = true },
                Wait.ForItsBody => right with { CutAfter = 0, Stalls = true },
                _ => new WebAnswer(503, []),
            };
        };
        var store = new HttpStore(_server.Address, HttpLimits.Default with { FirstPause = TimeSpan.FromHours(1), LongestPause = TimeSpan.FromHours(1) });

        Assert.That(async () => _ = reads ? (await store.ReadAsync(new(Key), 0, _read, source.Token))?.ObjectLength : await store.StatAsync(new(Key), source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public void Operation_CancelledBefore_IsCancelledAndAsksNothing()
    {
        CancellationToken cancelled = new(canceled: true);
        Assert.That(async () => await _store.ReadAsync(new(Key), 0, _read, cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await _store.StatAsync(new(Key), cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await _store.CreateAsync(new("k"), _content, cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await _store.DeleteAsync(new(Key), cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_server.Requests, Is.Empty);
    }

    [Test]
    public void Store_CanOnlyBeRead()
    {
        Assert.That((_store.CanWrite, _store.CanList), Is.EqualTo((false, false)));
        Assert.That(async () => await _store.CreateAsync(new("k"), new byte[] { 1 }), Throws.TypeOf<StoreUnavailableException>().With.Property("Code").EqualTo("read_only_store").And.Property("IsTransient").False);
        Assert.That(async () => await _store.DeleteAsync(new("k")), Throws.TypeOf<StoreUnavailableException>().With.Property("Code").EqualTo("read_only_store"));
        Assert.That(async () => await _store.ListAsync("").CountAsync(), Throws.TypeOf<StoreUnavailableException>().With.Property("Code").EqualTo("no_listing"));
        Assert.That(_server.Requests, Is.Empty);
    }

    [TestCase("https://user@example.invalid/v1")]
    [TestCase("https://user:hunter2@example.invalid/v1")]
    [TestCase("https://example.invalid/v1?token=hunter2")]
    [TestCase("https://example.invalid/v1?")]
    [TestCase("https://example.invalid/v1#hunter2")]
    [TestCase("https://")]
    [TestCase("https:///hunter2")]
    [TestCase("HTTPS://user:hunter2@example.invalid")]
    public void Location_ThatCouldHoldASecret_IsRefusedWithoutRepeatingIt(string location)
    {
        VersioningException error = Assert.Throws<VersioningException>(() => StoreLocation.Open(location))!;
        Assert.That(error.Code, Is.EqualTo("invalid_location"));
        Assert.That(error.ToString() + error.Hint, Does.Not.Contain("hunter2").And.Not.Contain("user@"));
    }

    [TestCase("https://example.invalid", "https://example.invalid")]
    [TestCase("https://example.invalid/", "https://example.invalid")]
    [TestCase("HTTPS://Example.invalid:8443/a%20b/v1//", "https://example.invalid:8443/a%20b/v1")]
    [TestCase("http://[::1]:80/x", "http://[::1]/x")]
    public async Task Location_OnTheWeb_IsAReadOnlyStore(string location, string shown)
    {
        await using ObjectStore store = StoreLocation.Open(location);
        Assert.That(store, Is.TypeOf<HttpStore>());
        Assert.That(store.Location, Is.EqualTo(shown));
    }

    private void DistortFirst(Func<WebAnswer, WebAnswer> distort)
    {
        int asked = 0;
        _server.Distort = (_, right) => Interlocked.Increment(ref asked) == 1 ? distort(right) : right;
    }

    private async Task AssertReadAsync()
    {
        Assert.That(await _store.ReadAsync(new(Key), 0, _read), Is.EqualTo(new ObjectRead(300_000, 300_000)));
        Assert.That(_read, Is.EqualTo(_content));
    }

    private async Task<StoreUnavailableException> AssertUnavailableAsync(HttpStore store, string code, bool transient)
    {
        StoreUnavailableException error = (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadAsync(new(Key), 0, _read)))!;
        Assert.That((error.Code, error.IsTransient), Is.EqualTo((code, transient)));
        Assert.That(error.Message, Does.Contain(Key).And.Contain(store.Location));
        Assert.That(error.Hint, Is.Not.Empty);
        return error;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
