using Versioning.Storage;
using Versioning.Tests.Azure;
using Versioning.Tests.S3;

namespace Versioning.Tests.Servers;

/// <summary>The real servers.</summary>
public enum RealServer { S3, Azure }

/// <summary>A new bucket or container on a real server, for what is the same on both.</summary>
internal sealed class RealPlace
{
    private readonly Func<string, Uri, int, TimeSpan, ObjectStore> _open;

    private RealPlace(Uri server, Func<string, Uri, int, TimeSpan, ObjectStore> open) => (Server, _open) = (server, open);

    /// <summary>Where the server answers.</summary>
    internal Uri Server { get; }

    /// <summary>Makes it, or ends the test where the server is not installed.</summary>
    internal static RealPlace Create(RealServer server)
    {
        if (server == RealServer.S3)
        {
            var bucket = RealBucket.Create();
            return new(bucket.Server.Endpoint, bucket.Open);
        }

        var container = AzureContainer.Create();
        return new(container.Server.Endpoint, container.Open);
    }

    /// <summary>A store in it, by default as the server gives it and with patience.</summary>
    internal ObjectStore Open(string prefix, Uri? endpoint = null, int retries = 4, TimeSpan? patience = null) =>
        _open(prefix, endpoint ?? Server, retries, patience ?? TimeSpan.FromSeconds(30));
}
