using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using NUnit.Framework;
using Versioning.S3;

namespace Versioning.Tests.S3;

/// <summary>What AWS itself would be sent; no request leaves this process.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class AwsRequestTests
{
    [Test]
    public async Task Create_OnAws_IsOneConditionalRequestWithAChecksum()
    {
        var sent = new List<(Uri Uri, Dictionary<string, string> Headers, byte[] Body)>();
        using var client = new AmazonS3Client(new BasicAWSCredentials("key", "secret"), new AmazonS3Config
        {
            RegionEndpoint = RegionEndpoint.EUWest1, HttpClientFactory = new Recorder(sent), IgnoreConfiguredEndpointUrls = true,
        });
        await using var store = new S3ObjectStore(client, "bucket", "p");

        Assert.That(await store.CreateAsync(new("k"), new byte[] { 1, 2, 3 }), Is.True);

        (Uri uri, Dictionary<string, string> headers, byte[] body) = sent.Single();
        Assert.That(uri.AbsoluteUri, Is.EqualTo("https://bucket.s3.eu-west-1.amazonaws.com/p/k"));
        Assert.That(body.AsSpan().IndexOf(new byte[] { 1, 2, 3 }), Is.GreaterThanOrEqualTo(0));
        Assert.That(headers["If-None-Match"], Is.EqualTo("*"));
        Assert.That(headers["x-amz-content-sha256"], Is.EqualTo("STREAMING-UNSIGNED-PAYLOAD-TRAILER"));
        Assert.That(headers["x-amz-trailer"], Does.StartWith("x-amz-checksum-"));
    }

    private sealed class Recorder(List<(Uri, Dictionary<string, string>, byte[])> sent) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(sent));

        private sealed class Handler(List<(Uri, Dictionary<string, string>, byte[])> sent) : HttpMessageHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
                sent.Add((request.RequestUri!, request.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase), body));
                return new() { Content = new ByteArrayContent([]), Headers = { ETag = new("\"1\"") } };
            }
        }
    }
}
