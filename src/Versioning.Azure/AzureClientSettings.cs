using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace Versioning.Azure;

/// <summary>How the clients that this library makes behave.</summary>
internal static class AzureClientSettings
{
    // More than a store asks for at once: a request that waits for a connection runs into its timeout.
    private const int MaxConnections = 256;

    private static readonly Lazy<HttpClientTransport> Shared = new(CreateTransport);

    internal static BlobClientOptions From(AzureStoreOptions options)
    {
        // What is needed has been there for years, and emulators and other clouds are behind the newest version.
        var settings = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2023_11_03) { Transport = options.Transport ?? Shared.Value };
        settings.Retry.Mode = RetryMode.Exponential;
        settings.Retry.MaxRetries = options.MaxRetries;
        settings.Retry.Delay = options.RetryDelay;
        settings.Retry.MaxDelay = AzureLimits.MaxDelay;
        settings.Retry.NetworkTimeout = options.RequestTimeout;
        settings.Diagnostics.IsLoggingContentEnabled = false;
        settings.Diagnostics.ApplicationId = "versioning";
        var limits = new AzureLimits(options);
        settings.AddPolicy(new SendTimePolicy(limits), HttpPipelinePosition.PerCall);
        settings.AddPolicy(new ErrorBodyPolicy(limits), HttpPipelinePosition.PerRetry);
        return settings;
    }

    private static HttpClientTransport CreateTransport()
    {
        var handler = new SocketsHttpHandler
        {
            // Where a redirection leads is nobody that the credential was meant for.
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = MaxConnections,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            // Addresses behind a name change.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        };

        // The pipeline has timeouts of its own.
        return new(new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan });
    }
}
