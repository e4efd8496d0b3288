using Amazon.Runtime;
using Amazon.S3;
using Versioning.S3;
using Versioning.Tests.Servers;

namespace Versioning.Tests.S3;

/// <summary>A new bucket on the real server of this run; it ends with the server.</summary>
internal sealed class RealBucket
{
    private RealBucket(string name, TestServer server) => (Name, Server) = (name, server);

    internal string Name { get; }

    internal TestServer Server { get; }

    internal static RealBucket Create()
    {
        TestServer server = S3Server.Require();
        string name = $"test-{Guid.NewGuid():N}";
        using var client = Client(server);
        client.PutBucketAsync(name).GetAwaiter().GetResult();
        return new(name, server);
    }

    internal S3ObjectStore Open(string prefix) => Open(prefix, Server.Endpoint, retries: 4, TimeSpan.FromSeconds(30));

    /// <summary>At another address, such as a proxy's, and with other patience.</summary>
    internal S3ObjectStore Open(string prefix, Uri endpoint, int retries, TimeSpan patience) => S3ObjectStore.Open($"s3://{Name}/{prefix}", new S3StoreOptions
    {
        ServiceUrl = endpoint,
        Credentials = new BasicAWSCredentials(Server.Account, Server.Key),
        MaxRetries = retries,
        RequestTimeout = patience,
        StallTimeout = patience,
    });

    /// <summary>A client as users make one, for what no store does.</summary>
    internal static AmazonS3Client Client(TestServer server) => new(new BasicAWSCredentials(server.Account, server.Key), new AmazonS3Config
    {
        ServiceURL = server.Endpoint.AbsoluteUri,
        ForcePathStyle = true,
        AuthenticationRegion = "us-east-1",
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    });
}
