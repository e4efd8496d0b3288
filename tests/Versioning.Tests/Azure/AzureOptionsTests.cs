using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Sas;
using NUnit.Framework;
using Versioning.Azure;
using Versioning.Storage;

namespace Versioning.Tests.Azure;

/// <summary>Where credentials come from, and that each goes to its own account only.</summary>
[TestFixture]
[NonParallelizable]
public sealed class AzureOptionsTests
{
    private const string Location = "azure://account/container/p";
    private const string ConnectionString = "DefaultEndpointsProtocol=https;AccountName=account;AccountKey=U0VDUkVU;EndpointSuffix=core.windows.net";
    private const string Token = "sv=2024-11-04&sig=SECRET";
    private static readonly ObjectKey Key = new("k");

    [Test]
    public void Open_NoCredential_SaysHowToSetOne()
    {
        using var environment = new AzureEnvironment();
        StoreUnavailableException e = Assert.Throws<StoreUnavailableException>(() => AzureObjectStore.Open(Location))!;
        Assert.That((e.Code, e.IsTransient), Is.EqualTo(("no_credentials", false)));
        Assert.That(e.Message, Does.Contain(Location));
        Assert.That(e.Hint, Does.Contain("AZURE_STORAGE_CONNECTION_STRING").And.Contain("AZURE_STORAGE_KEY").And.Contain("AZURE_STORAGE_SAS_TOKEN"));
    }

    [TestCase("connection string", "SharedKey account:")]
    [TestCase("credential", "Bearer of-options")]
    [TestCase("connection string of the environment", "SharedKey account:")]
    [TestCase("key of the environment", "SharedKey account:")]
    [TestCase("token of the environment", "sig=SECRET")]
    [TestCase("default credential", "Bearer of-program")]
    public async Task Open_FirstCredentialOfTheOrder_IsUsed(string first, string expected)
    {
        string[] order = ["connection string", "credential", "connection string of the environment", "key of the environment", "token of the environment", "default credential"];
        int from = Array.IndexOf(order, first);
        using var environment = new AzureEnvironment([.. new[]
        {
            ("AZURE_STORAGE_CONNECTION_STRING", ConnectionString), ("AZURE_STORAGE_KEY", "U0VDUkVU"), ("AZURE_STORAGE_SAS_TOKEN", $"?{Token}"),
        }.Where((_, i) => i + 2 >= from)]);
        AzureObjectStore.DefaultCredential = () => new FixedCredential("of-program");
        using var wire = new Recorder();
        AzureStoreOptions options = new()
        {
            ConnectionString = from == 0 ? ConnectionString : null,
            Credential = from <= 1 ? new FixedCredential("of-options") : null,
            Transport = wire.Transport,
        };

        await using AzureObjectStore store = AzureObjectStore.Open(Location, options);
        Assert.That(await store.StatAsync(Key), Is.Null);
        Assert.That(wire.Authorization, Does.StartWith(expected).Or.EndsWith(expected));
        Assert.That(wire.Uri!.GetLeftPart(UriPartial.Path), Is.EqualTo("https://account.blob.core.windows.net/container/p/k"));
    }

    [Test]
    public async Task Open_Endpoint_IsWhereRequestsGo()
    {
        using var environment = new AzureEnvironment(("AZURE_STORAGE_KEY", "U0VDUkVU"));
        using var wire = new Recorder();
        await using AzureObjectStore store = AzureObjectStore.Open(Location, new() { Endpoint = new("http://127.0.0.1:1/account"), Transport = wire.Transport });
        await store.StatAsync(Key);
        Assert.That(wire.Uri!.ToString(), Is.EqualTo("http://127.0.0.1:1/account/container/p/k"));
    }

    [Test]
    public async Task Open_FullHost_IsWhereRequestsGo()
    {
        using var environment = new AzureEnvironment(("AZURE_STORAGE_KEY", "U0VDUkVU"));
        using var wire = new Recorder();
        await using AzureObjectStore store = AzureObjectStore.Open("azure://account.blob.core.usgovcloudapi.net/container", new() { Transport = wire.Transport });
        await store.StatAsync(Key);
        Assert.That(wire.Uri!.ToString(), Is.EqualTo("https://account.blob.core.usgovcloudapi.net/container/k"));
        Assert.That(wire.Authorization, Does.StartWith("SharedKey account:"));
    }

    [TestCase("azure://other/container", "AZURE_STORAGE_CONNECTION_STRING", ConnectionString)]
    [TestCase("azure://account.blob.core.usgovcloudapi.net/container", "AZURE_STORAGE_CONNECTION_STRING", ConnectionString)]
    [TestCase("azure://other/container", "AZURE_STORAGE_KEY", "U0VDUkVU")]
    [TestCase("azure://other/container", "AZURE_STORAGE_SAS_TOKEN", Token)]
    public void Open_CredentialOfAnotherAccount_IsNotSentThere(string location, string variable, string value)
    {
        using var environment = new AzureEnvironment((variable, value), ("AZURE_STORAGE_ACCOUNT", "account"));
        StoreUnavailableException e = Assert.Throws<StoreUnavailableException>(() => AzureObjectStore.Open(location))!;
        Assert.That(e.Code, Is.EqualTo("other_account"));
        Assert.That(e.Message, Does.Contain(variable).And.Contain("'account").And.Not.Contain(value));
    }

    [TestCase("AZURE_STORAGE_CONNECTION_STRING", "AccountName=account;AccountKey=SECRET%")]
    [TestCase("AZURE_STORAGE_CONNECTION_STRING", "SECRET")]
    [TestCase("AZURE_STORAGE_CONNECTION_STRING", "a=b;SECRET")]
    [TestCase("AZURE_STORAGE_KEY", "SECRET%")]
    public void Open_CredentialThatIsNone_IsNotRepeated(string variable, string value)
    {
        using var environment = new AzureEnvironment((variable, value));
        StoreUnavailableException e = Assert.Throws<StoreUnavailableException>(() => AzureObjectStore.Open(Location))!;
        Assert.That(e.Code, Is.EqualTo("invalid_credential"));
        Assert.That(e.ToString(), Does.Contain(variable).And.Not.Contain("SECRET"));
    }

    [Test]
    public void Open_TokenOverPlainHttp_IsRefused()
    {
        using var environment = new AzureEnvironment(("AZURE_STORAGE_SAS_TOKEN", Token));
        Uri endpoint = new("http://blobs.example.org");
        StoreUnavailableException sas = Assert.Throws<StoreUnavailableException>(() => AzureObjectStore.Open(Location, new() { Endpoint = endpoint }))!;
        StoreUnavailableException bearer = Assert.Throws<StoreUnavailableException>(() => AzureObjectStore.Open(Location, new() { Endpoint = endpoint, Credential = new FixedCredential("t") }))!;
        Assert.That((sas.Code, bearer.Code), Is.EqualTo(("insecure_endpoint", "insecure_endpoint")));
    }

    [Test]
    public async Task Operation_CredentialThatGivesNoToken_SaysSo()
    {
        using var environment = new AzureEnvironment();
        AzureObjectStore.DefaultCredential = () => new FixedCredential(null);
        using var wire = new Recorder();
        await using AzureObjectStore store = AzureObjectStore.Open(Location, new() { Transport = wire.Transport });
        StoreUnavailableException e = (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.StatAsync(Key)))!;
        Assert.That((e.Code, e.IsTransient), Is.EqualTo(("no_credentials", false)));
        Assert.That(e.Message, Does.Contain(Location));
        Assert.That(wire.Uri, Is.Null);
    }

    [TestCase(0, 1)]
    [TestCase(7200, 1)]
    [TestCase(1, -1)]
    [TestCase(1, 101)]
    public void Open_OptionOutOfItsRange_IsRefused(int seconds, int retries) => Assert.That(
        () => AzureObjectStore.Open(Location, new() { ConnectionString = ConnectionString, RequestTimeout = TimeSpan.FromSeconds(seconds), MaxRetries = retries }),
        Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_option"));

    [TestCase("https://account.blob.core.windows.net/?sig=SECRET")]
    [TestCase("https://u:SECRET@account.blob.core.windows.net/")]
    [TestCase("ftp://account.blob.core.windows.net/")]
    public void Open_EndpointWithASecret_IsRefused(string endpoint)
    {
        VersioningException e = Assert.Throws<VersioningException>(() => AzureObjectStore.Open(Location, new() { ConnectionString = ConnectionString, Endpoint = new(endpoint) }))!;
        Assert.That(e.Code, Is.EqualTo("invalid_option"));
        Assert.That(e.ToString(), Does.Not.Contain("SECRET"));
    }

    [Test]
    public void Open_ClientOfAnotherContainer_IsRefused()
    {
        var container = AzureContainer.Create();
        Assert.That(
            () => AzureObjectStore.Open($"azure://{container.Server.Account}/another", new() { Container = container.Client() }),
            Throws.TypeOf<StoreUnavailableException>().With.Property("Code").EqualTo("other_account"));
    }

    [Test]
    public async Task Open_TokenOfARealContainer_Works()
    {
        var container = AzureContainer.Create();
        var key = new StorageSharedKeyCredential(container.Server.Account, container.Server.Key);
        string token = new BlobSasBuilder(BlobContainerSasPermissions.All, TimeProvider.System.GetUtcNow().AddHours(1)) { BlobContainerName = container.Name }.ToSasQueryParameters(key).ToString();
        using var environment = new AzureEnvironment(("AZURE_STORAGE_SAS_TOKEN", token));

        await using AzureObjectStore store = AzureObjectStore.Open(container.Location, new() { Endpoint = container.Server.Endpoint });
        Assert.That(await store.CreateAsync(Key, new byte[3]), Is.True);
        Assert.That(await store.CreateAsync(Key, new byte[3]), Is.False);
        Assert.That(await store.StatAsync(Key), Is.EqualTo(3));
        Assert.That(await store.ListAsync("").CountAsync(), Is.EqualTo(1));
        Assert.That(await store.DeleteAsync(Key), Is.True);
    }

    [Test]
    public async Task Operation_ExpiredToken_IsDeniedWithoutRepeatingIt()
    {
        var container = AzureContainer.Create();
        var key = new StorageSharedKeyCredential(container.Server.Account, container.Server.Key);
        string token = new BlobSasBuilder(BlobContainerSasPermissions.All, TimeProvider.System.GetUtcNow().AddHours(-1)) { BlobContainerName = container.Name }.ToSasQueryParameters(key).ToString();
        using var environment = new AzureEnvironment(("AZURE_STORAGE_SAS_TOKEN", token));

        await using AzureObjectStore store = AzureObjectStore.Open(container.Location, new() { Endpoint = container.Server.Endpoint });
        StoreUnavailableException e = (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.CreateAsync(Key, new byte[3])))!;
        Assert.That((e.Code, e.IsTransient), Is.EqualTo(("access_denied", false)));
        Assert.That(e.ToString(), Does.Not.Contain("sig=").And.Not.Contain(token[^20..]));
    }

    [Test]
    public async Task Operation_ClockThatIsWrong_IsSaid()
    {
        using var environment = new AzureEnvironment();
        using var wire = new Recorder(() =>
        {
            var answer = new HttpResponseMessage(HttpStatusCode.Forbidden);
            answer.Headers.Add("x-ms-error-code", "AuthenticationFailed");
            answer.Headers.Date = TimeProvider.System.GetUtcNow().AddHours(3);
            return answer;
        });
        await using AzureObjectStore store = AzureObjectStore.Open(Location, new() { ConnectionString = ConnectionString, Transport = wire.Transport });
        StoreUnavailableException e = (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.StatAsync(Key)))!;
        Assert.That((e.Code, e.IsTransient), Is.EqualTo(("clock_skew", false)));
    }

    /// <summary>Answers that there is no such blob, or what it is told to, and keeps how it was asked.</summary>
    private sealed class Recorder(Func<HttpResponseMessage>? answer = null) : HttpMessageHandler
    {
        internal Uri? Uri { get; private set; }

        internal string? Authorization { get; private set; }

        internal HttpClientTransport Transport => new(new HttpClient(this, disposeHandler: false));

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Uri = request.RequestUri;
            Authorization = request.Headers.Authorization?.ToString() ?? request.RequestUri!.Query;
            HttpResponseMessage response = answer?.Invoke() ?? new HttpResponseMessage(HttpStatusCode.NotFound);
            if (answer is null)
            {
                response.Headers.Add("x-ms-error-code", "BlobNotFound");
            }

            response.RequestMessage = request;
            return Task.FromResult(response);
        }
    }

    private sealed class FixedCredential(string? token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            token is null ? throw new InvalidOperationException("There is none.") : new(token, TimeProvider.System.GetUtcNow().AddHours(1));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
