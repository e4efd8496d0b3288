using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Versioning.S3;
using Versioning.Tests.S3;
using Versioning.Tests.Store;

namespace Versioning.Tests.Registration;

[TestFixture]
internal sealed class S3RegistrationTests
{
    [Test]
    public async Task UseS3_WithARegisteredClient_IsAStoreThere_AndLeavesTheClientAlone()
    {
        var bucket = RealBucket.Create();
        using AmazonS3Client client = RealBucket.Client(bucket.Server);
        using var folder = new TempFolder();
        folder.Write("s/a", "one");
        await (await VersionStore.CreateAsync(new S3ObjectStore(client, bucket.Name, "v1"))).DisposeAsync();
        var services = new ServiceCollection();
        services.AddSingleton<IAmazonS3>(client);
        services.AddVersioning().UseS3($"s3://{bucket.Name}/v1");
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            var store = provider.GetRequiredService<VersionStore>();
            Assert.That((await store.CommitAsync("datasets/x", folder.Of("s"))).Version.Number, Is.EqualTo(1));
            Assert.That(store.Location, Is.EqualTo($"s3://{bucket.Name}/v1"));
            await store.DisposeAsync();
            Assert.That((await client.ListBucketsAsync()).Buckets, Is.Not.Empty);
        }
    }

    [Test]
    public void UseS3_WrongLocation_IsSaidWhenTheStoreIsAskedFor()
    {
        var services = new ServiceCollection();
        services.AddVersioning().UseS3("s3://key:secret@bucket/v1");
        using ServiceProvider provider = services.BuildServiceProvider();
        VersioningException? thrown = Assert.Throws<VersioningException>(() => provider.GetRequiredService<VersionStore>());
        Assert.That(thrown!.ToString(), Does.Not.Contain("secret"));
    }
}
