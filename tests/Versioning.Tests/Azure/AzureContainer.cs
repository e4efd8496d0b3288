using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;
using Versioning.Azure;
using Versioning.Tests.Servers;

namespace Versioning.Tests.Azure;

/// <summary>A fresh container of the Azure server of this run.</summary>
internal sealed class AzureContainer
{
    private AzureContainer(TestServer server, string name) => (Server, Name) = (server, name);

    internal TestServer Server { get; }

    internal string Name { get; }

    internal string Location => $"azure://{Server.Account}/{Name}";

    internal string ConnectionString => ConnectionStringAt(Server.Endpoint);

    /// <summary>Makes it, or ends the test where the server is not installed.</summary>
    internal static AzureContainer Create()
    {
        var container = new AzureContainer(AzureServer.Require(), $"test-{Guid.NewGuid():N}");
        container.Client().Create();
        return container;
    }

    /// <summary>A client of the test's own.</summary>
    internal BlobContainerClient Client() => Client(new BlobClientOptions(BlobClientOptions.ServiceVersion.V2023_11_03));

    /// <summary>A client that has all the time in the world.</summary>
    internal BlobContainerClient PatientClient(HttpMessageHandler handler)
    {
        BlobClientOptions settings = new(BlobClientOptions.ServiceVersion.V2023_11_03) { Transport = new HttpClientTransport(new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan }) };
        (settings.Retry.MaxRetries, settings.Retry.NetworkTimeout) = (1, Timeout.InfiniteTimeSpan);
        return Client(settings);
    }

    private BlobContainerClient Client(BlobClientOptions settings) =>
        new BlobServiceClient(Server.Endpoint, new StorageSharedKeyCredential(Server.Account, Server.Key), settings).GetBlobContainerClient(Name);

    /// <summary>Settings that make a test short.</summary>
    internal AzureStoreOptions Options(HttpMessageHandler? handler = null, TimeSpan? timeout = null, int retries = 2, int? pageSize = null) => new()
    {
        RequestTimeout = timeout ?? TimeSpan.FromSeconds(30),
        MaxRetries = retries,
        PageSize = pageSize,
        ConnectionString = ConnectionString,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        Transport = handler is null ? null : new HttpClientTransport(new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan }),
    };

    /// <summary>At another address, such as a proxy's, and with other patience.</summary>
    internal AzureObjectStore Open(string prefix, Uri endpoint, int retries, TimeSpan patience) => AzureObjectStore.Open($"{Location}/{prefix}", new()
    {
        ConnectionString = ConnectionStringAt(endpoint),
        RequestTimeout = patience,
        MaxRetries = retries,
        RetryDelay = TimeSpan.FromMilliseconds(1),
    });

    internal AzureObjectStore Open(AzureStoreOptions? options = null, string prefix = "") =>
        AzureObjectStore.Open(prefix.Length == 0 ? Location : $"{Location}/{prefix}", options ?? Options());

    private string ConnectionStringAt(Uri endpoint) => $"DefaultEndpointsProtocol=http;AccountName={Server.Account};AccountKey={Server.Key};BlobEndpoint={endpoint};";
}
