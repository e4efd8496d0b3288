using Azure.Storage;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Versioning.Azure;
using Versioning.Tests.Servers;
using Versioning.Tests.Store;

namespace Versioning.Tests.Registration;

[TestFixture]
internal sealed class AzureRegistrationTests
{
    [Test]
    public async Task UseAzureBlobs_WithARegisteredClient_IsAStoreThere_AndLeavesTheClientAlone()
    {
        TestServer server = AzureServer.Require();
        string name = $"r{Guid.NewGuid():N}";
        var client = new BlobServiceClient(server.Endpoint, new StorageSharedKeyCredential(server.Account, server.Key));
        await client.CreateBlobContainerAsync(name);
        using var folder = new TempFolder();
        folder.Write("s/a", "one");
        var services = new ServiceCollection();
        services.AddSingleton(client);
        services.AddVersioning().UseAzureBlobs(s => s.GetRequiredService<BlobServiceClient>().GetBlobContainerClient(name), "v1");
        await (await VersionStore.CreateAsync(new AzureObjectStore(client.GetBlobContainerClient(name), "v1"))).DisposeAsync();
        await using ServiceProvider provider = services.BuildServiceProvider();
        var store = provider.GetRequiredService<VersionStore>();
        Assert.That((await store.CommitAsync("datasets/x", folder.Of("s"))).Version.Number, Is.EqualTo(1));
        Assert.That(store.Location, Does.EndWith($"/{name}/v1"));
        await client.DeleteBlobContainerAsync(name);
    }

    [Test]
    public void UseAzureBlobs_WrongLocation_IsSaidWhenTheStoreIsAskedFor()
    {
        var services = new ServiceCollection();
        services.AddVersioning().UseAzureBlobs("azure://account/container?sig=secret");
        using ServiceProvider provider = services.BuildServiceProvider();
        VersioningException? thrown = Assert.Throws<VersioningException>(() => provider.GetRequiredService<VersionStore>());
        Assert.That(thrown!.ToString(), Does.Not.Contain("secret"));
    }
}
