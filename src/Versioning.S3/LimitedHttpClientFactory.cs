using System.Net;
using Amazon.Runtime;

namespace Versioning.S3;

/// <summary>Makes the connections of a client: as many as its callers ask for, each attempt within its limit.</summary>
/// <param name="limit">How long one attempt waits for anything.</param>
internal sealed class LimitedHttpClientFactory(TimeSpan limit) : HttpClientFactory
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(15);

    // Names of object stores resolve to other machines within minutes; idle connections are closed by the far end.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5), Idle = TimeSpan.FromSeconds(15);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = clientConfig.AllowAutoRedirect,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = limit < ConnectLimit ? limit : ConnectLimit,
            PooledConnectionLifetime = Lifetime,
            PooledConnectionIdleTimeout = Idle,
            UseCookies = false,
        };
        return new HttpClient(new AttemptLimit(limit, sockets)) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
