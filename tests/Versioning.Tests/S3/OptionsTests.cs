using Amazon.Runtime;
using Amazon.S3;
using NUnit.Framework;
using Versioning.S3;
using Versioning.Storage;
using Versioning.Tests.S3.Fake;
using Versioning.Tests.Store;

namespace Versioning.Tests.S3;

/// <summary>What is configured where, seen from the server.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class OptionsTests
{
    private static readonly (string, string?)[] Keys = [("AWS_ACCESS_KEY_ID", FakeS3.AccessKey), ("AWS_SECRET_ACCESS_KEY", FakeS3.Secret)];

    private FakeS3 _server = null!;
    private string _name = null!;
    private FakeBucket _bucket = null!;

    [SetUp]
    public async Task Start()
    {
        _server = await FakeS3.StartAsync();
        (_name, _bucket) = _server.CreateBucket();
    }

    [TearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Open_EndpointOfS3_GoesBeforeTheGeneralOne()
    {
        using var environment = new EnvironmentScope([.. Keys, ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), ("AWS_ENDPOINT_URL_S3", Endpoint)]);

        Assert.That(await AuthorizationAsync(S3ObjectStore.Open($"s3://{_name}")), Does.Contain($"Credential={FakeS3.AccessKey}/").And.Contain("/us-east-1/s3/"));
    }

    [Test]
    public async Task Open_GeneralEndpointAndRegion_AreHonoured()
    {
        using var environment = new EnvironmentScope([.. Keys, ("AWS_ENDPOINT_URL", Endpoint), ("AWS_REGION", "eu-north-1")]);

        Assert.That(await AuthorizationAsync(StoreLocation.Open($"s3://{_name}/p")), Does.Contain("/eu-north-1/s3/"));
    }

    [Test]
    public async Task Open_Options_GoBeforeTheEnvironment()
    {
        using var environment = new EnvironmentScope(
            ("AWS_ACCESS_KEY_ID", "other"), ("AWS_SECRET_ACCESS_KEY", "other"), ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1"), ("AWS_REGION", "eu-north-1"));
        var options = new S3StoreOptions { ServiceUrl = _server.Endpoint, Region = "af-south-1", Credentials = new BasicAWSCredentials("mine", "mine") };

        Assert.That(await AuthorizationAsync(S3ObjectStore.Open($"s3://{_name}", options)), Does.Contain("Credential=mine/").And.Contain("/af-south-1/s3/"));
    }

    [Test]
    public async Task Open_PlainHttp_SignsWhatItSends()
    {
        await using S3ObjectStore store = _server.Open(_name);
        await store.CreateAsync(new("k"), new byte[] { 1, 2, 3 });

        Assert.That(_bucket.Requests.Single().PayloadHash, Is.EqualTo("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81"));
    }

    [Test]
    public async Task Open_NoCredentials_SaysHowToSetThem()
    {
        using var environment = new EnvironmentScope(("AWS_ENDPOINT_URL_S3", Endpoint));
        await using S3ObjectStore store = S3ObjectStore.Open($"s3://{_name}");

        StoreUnavailableException error = (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.StatAsync(new("k"))))!;
        Assert.That((error.Code, error.IsTransient), Is.EqualTo(("no_credentials", false)));
        Assert.That(error.Hint, Does.Contain("AWS_ACCESS_KEY_ID"));
    }

    [Test]
    public void Open_NoRegion_SaysHowToSetIt()
    {
        using var environment = new EnvironmentScope(Keys);

        StoreUnavailableException error = Assert.Throws<StoreUnavailableException>(() => S3ObjectStore.Open($"s3://{_name}"));
        Assert.That(error.Code, Is.EqualTo("no_region"));
        Assert.That(error.Hint, Does.Contain("AWS_REGION"));
    }

    [Test]
    public async Task Error_OfARefusedRequest_HoldsNoSecret()
    {
        await using S3ObjectStore store = _server.Open(_name);
        _bucket.Script = (_, _) => FakeFault.Denied;

        StoreUnavailableException error = (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.CreateAsync(new("k"), new byte[1])))!;
        Assert.That(error.ToString() + error.Hint, Does.Not.Contain(FakeS3.Secret));
    }

    [Test]
    public async Task Client_OfTheCaller_IsUsedAndNotDisposed()
    {
        using var client = new AmazonS3Client(new BasicAWSCredentials("callers", "x"), new AmazonS3Config
        {
            ServiceURL = Endpoint, ForcePathStyle = true, RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        });
        Assert.That(await AuthorizationAsync(new S3ObjectStore(client, _name, "p")), Does.Contain("Credential=callers/"));
        Assert.That(await AuthorizationAsync(S3ObjectStore.Open($"s3://{_name}/p", new S3StoreOptions { Client = client })), Does.Contain("Credential=callers/"));
    }

    [Test]
    public void Options_ThatMakeNoSense_AreRefused()
    {
        S3StoreOptions[] wrong =
        [
            new() { MaxRetries = -1 },
            new() { RequestTimeout = TimeSpan.Zero },
            new() { StallTimeout = TimeSpan.FromDays(60) },
            new() { Region = "eu-west-1.example.org/" },
            new() { ServiceUrl = new Uri("ftp://example.org") },
            new() { ServiceUrl = new Uri("https://key:geheim@example.org") },
        ];
        foreach (S3StoreOptions options in wrong)
        {
            VersioningException error = Assert.Throws<VersioningException>(() => S3ObjectStore.Open("s3://bucket", options));
            Assert.That(error.Code, Is.EqualTo("invalid_option"));
            Assert.That(error.Message, Does.Not.Contain("geheim"));
        }
    }

    private string Endpoint => _server.Endpoint.AbsoluteUri;

    private async Task<string> AuthorizationAsync(ObjectStore store)
    {
        await using (store)
        {
            Assert.That(await store.StatAsync(new("absent")), Is.Null);
        }

        return _bucket.Requests[^1].Authorization;
    }
}
