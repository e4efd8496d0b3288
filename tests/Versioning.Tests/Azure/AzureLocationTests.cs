using Azure.Storage;
using Azure.Storage.Blobs;
using NUnit.Framework;
using Versioning.Azure;

namespace Versioning.Tests.Azure;

[TestFixture]
public sealed class AzureLocationTests
{
    private const string Key = "AAAA";

    [TestCase("azure://account/container", "https://account.blob.core.windows.net/", "account", "container", "")]
    [TestCase("azure://account/container/", "https://account.blob.core.windows.net/", "account", "container", "")]
    [TestCase("AZURE://Account/container/a/B.c-d_", "https://account.blob.core.windows.net/", "account", "container", "a/B.c-d_")]
    [TestCase("azure://account.blob.core.usgovcloudapi.net/container/p", "https://account.blob.core.usgovcloudapi.net/", "account", "container", "p")]
    [TestCase("azure://blobs.example.org:8443/container", "https://blobs.example.org:8443/", "blobs", "container", "")]
    public void Parse_Location_NamesItsParts(string text, string endpoint, string account, string container, string prefix)
    {
        var location = AzureLocation.Parse(text);
        Assert.That((location.Endpoint.ToString(), location.Account, location.Container, location.Prefix), Is.EqualTo((endpoint, account, container, prefix)));
        Assert.That(AzureLocation.Parse(location.ToString()), Is.EqualTo(location));
    }

    [Test]
    public void BlobName_OfAKey_HasThePrefix()
    {
        Assert.That(AzureLocation.Parse("azure://account/container").BlobName("a/b"), Is.EqualTo("a/b"));
        Assert.That(AzureLocation.Parse("azure://account/container/p/q").BlobName("a/b"), Is.EqualTo("p/q/a/b"));
    }

    [TestCase("azure://")]
    [TestCase("azure://account")]
    [TestCase("azure:///container")]
    [TestCase("azure://account//prefix")]
    [TestCase("azure://account/ab")]
    [TestCase("azure://account/Container")]
    [TestCase("azure://account/con_tainer")]
    [TestCase("azure://ac/container")]
    [TestCase("azure://acc-ount/container")]
    [TestCase("azure://localhost:10000/container")]
    [TestCase("azure://127.0.0.1:10000/container")]
    [TestCase("azure://a..b/container")]
    [TestCase("azure://a.b:port/container")]
    [TestCase("azure://a.b:99999/container")]
    [TestCase("azure://account/container//x")]
    [TestCase("azure://account/container/a b")]
    [TestCase("azure://account/container/../x")]
    [TestCase("azure://account/container/%2e%2e")]
    [TestCase("https://account.blob.core.windows.net/container")]
    public void Parse_SomethingElse_IsRefusedWithTheForm(string text)
    {
        VersioningException e = Assert.Throws<VersioningException>(() => AzureLocation.Parse(text))!;
        Assert.That(e.Code, Is.EqualTo("invalid_location"));
        Assert.That(e.Hint, Does.Contain("azure://account/container/prefix"));
    }

    [TestCase("azure://account/container/p?sv=2024-11-04&sig=SECRET")]
    [TestCase("azure://account/container?sig=SECRET")]
    [TestCase("azure://account:SECRET@account.blob.core.windows.net/container")]
    [TestCase("azure://SECRET@account/container")]
    [TestCase("azure://account/container#SECRET")]
    public void Parse_WithASecret_IsRefusedWithoutRepeatingIt(string text)
    {
        VersioningException e = Assert.Throws<VersioningException>(() => AzureObjectStore.Open(text))!;
        Assert.That(e.Code, Is.EqualTo("secret_in_uri"));
        Assert.That(e.ToString() + e.Hint, Does.Not.Contain("SECRET"));
        Assert.That(e.Hint, Does.Contain("AZURE_STORAGE_SAS_TOKEN"));
    }

    [TestCase("https://account.blob.core.windows.net", "azure://account/container/p")]
    [TestCase("http://127.0.0.1:10000/devstoreaccount1", "azure://devstoreaccount1/container/p")]
    [TestCase("http://azurite:10000/devstoreaccount1", "azure://devstoreaccount1/container/p")]
    [TestCase("https://account.blob.core.chinacloudapi.cn", "azure://account.blob.core.chinacloudapi.cn/container/p")]
    [TestCase("https://blobs.example.org", "azure://blobs.example.org/container/p")]
    public async Task Location_OfACallersClient_NamesIt(string endpoint, string location)
    {
        BlobContainerClient client = new BlobServiceClient(new Uri(endpoint), new StorageSharedKeyCredential("account", Key)).GetBlobContainerClient("container");
        await using var store = new AzureObjectStore(client, "p");
        Assert.That(store.Location, Is.EqualTo(location));
    }

    [Test]
    public async Task Location_OfAClientWithAToken_HasNoToken()
    {
        await using var store = new AzureObjectStore(new BlobContainerClient(new Uri("https://account.blob.core.windows.net/container?sv=2024-11-04&sig=SECRET")));
        Assert.That(store.Location, Is.EqualTo("azure://account/container"));
    }
}
