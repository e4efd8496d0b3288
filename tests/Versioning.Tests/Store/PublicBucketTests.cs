using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Servers;

namespace Versioning.Tests.Store;

/// <summary>A bucket that everyone may read and nobody may list, on a real server: 403 for what is not there.</summary>
[TestFixture]
internal sealed class PublicBucketTests
{
    [Test]
    public async Task Store_InABucketThatAllMayRead_IsReadWithoutCredentials()
    {
        TestServer server = S3Server.Require();
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        folder.Write("source/a.txt", "text");
        await using (VersionStore writer = await VersionStore.CreateAsync(new PassingStore(objects), folder.Options))
        {
            await writer.CommitAsync("datasets/x", folder.Of("source"));
            await writer.TagAsync("datasets/x", "1.0.0");
        }

        string bucket = $"public-{Guid.NewGuid():N}";
        await UploadAsync(server, bucket, objects);
        Uri address = new(server.Endpoint, $"{bucket}/v1");
        using (var client = new HttpClient())
        {
            using HttpResponseMessage absent = await client.GetAsync($"{address}/{StoreKeys.Entry(3)}");
            Assert.That((int)absent.StatusCode, Is.EqualTo(403));
        }

        await using VersionStore store = await VersionStore.OpenAsync(address.AbsoluteUri, folder.Options);
        await store.FetchAsync("datasets/x@1.0.0", folder.Of("out"));
        Assert.That(File.ReadAllText(folder.Of("out/a.txt")), Is.EqualTo("text"));
        Assert.That((await store.VerifyAsync()).IsSound, Is.True);
        Assert.That(
            async () => await VersionStore.OpenAsync(new Uri(server.Endpoint, $"{bucket}/other").AbsoluteUri, folder.Options),
            Throws.TypeOf<StoreUnavailableException>().With.Property("Code").EqualTo("access_denied"));
    }

    private static async Task UploadAsync(TestServer server, string bucket, MemoryStore objects)
    {
        var configuration = new AmazonS3Config
        {
            ServiceURL = server.Endpoint.AbsoluteUri,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        using var s3 = new AmazonS3Client(new BasicAWSCredentials(server.Account, server.Key), configuration);
        await s3.PutBucketAsync(bucket);
        await s3.PutBucketPolicyAsync(bucket, $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::{{bucket}}/*"}]}""");
        foreach (ObjectKey key in await objects.KeysAsync())
        {
            using var content = new MemoryStream(await objects.BytesAsync(key));
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = $"v1/{key}", InputStream = content });
        }
    }
}
