using System.Diagnostics;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Azure.Storage.Blobs;
using Versioning.Tests.Servers;

namespace Versioning.EndToEnd.Tests;

/// <summary>Sixteen processes commit to one store on a real server at once: no version is lost, numbers are unique, the chain is unbroken.</summary>
[TestFixture]
[NonParallelizable]
public sealed class ManyProcessesTests
{
    private const int Writers = 16, Rounds = 2, WithOwn = 2;

    private Vers _vers = null!;

    [SetUp]
    public void SetUp() => _vers = new Vers();

    [TearDown]
    public void TearDown() => _vers.Dispose();

    [OneTimeTearDown]
    public void Stop()
    {
        S3Server.Stop();
        AzureServer.Stop();
    }

    [Test]
    public async Task ToOneBucket()
    {
        TestServer server = S3Server.Require();
        string bucket = $"many-{Guid.NewGuid():N}";
        using (var client = new AmazonS3Client(new BasicAWSCredentials(server.Account, server.Key), new AmazonS3Config { ServiceURL = server.Endpoint.AbsoluteUri, ForcePathStyle = true, AuthenticationRegion = "us-east-1" }))
        {
            await client.PutBucketAsync(bucket);
        }

        await AssertAsync($"s3://{bucket}/store", new()
        {
            ["AWS_ENDPOINT_URL_S3"] = server.Endpoint.AbsoluteUri,
            ["AWS_ACCESS_KEY_ID"] = server.Account,
            ["AWS_SECRET_ACCESS_KEY"] = server.Key,
        });
    }

    [Test]
    public async Task ToOneContainer()
    {
        TestServer server = AzureServer.Require();
        string connection = $"DefaultEndpointsProtocol=http;AccountName={server.Account};AccountKey={server.Key};BlobEndpoint={server.Endpoint};";
        string container = $"many-{Guid.NewGuid():N}";
        await new BlobServiceClient(connection).CreateBlobContainerAsync(container);
        await AssertAsync($"azure://{server.Account}/{container}/store", new() { ["AZURE_STORAGE_CONNECTION_STRING"] = connection });
    }

    private async Task AssertAsync(string store, Dictionary<string, string> environment)
    {
        await RunAsync("init", store);
        long[][] shared = await Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));
        Assert.That(shared.SelectMany(n => n).Order(), Is.EqualTo(Enumerable.Range(1, Writers * Rounds)));
        Assert.That((await RunAsync("log", "datasets/shared", "--json")).GetProperty("versions").GetArrayLength(), Is.EqualTo(Writers * Rounds));
        Assert.That((await RunAsync("ls", "--json")).GetProperty("artifacts").GetArrayLength(), Is.EqualTo(1 + WithOwn));
        Assert.That((await RunAsync("verify", "--json")).GetProperty("sound").GetBoolean(), Is.True);

        async Task<long[]> WriteAsync(int writer)
        {
            var numbers = new List<long>();
            for (int round = 0; round < Rounds; round++)
            {
                _vers.Write($"w{writer}/file.txt", $"{writer} {round}");
                numbers.Add((await RunAsync("commit", "datasets/shared", $"w{writer}", "--json")).GetProperty("number").GetInt64());
            }

            if (writer < WithOwn)
            {
                await RunAsync("commit", $"datasets/own{writer}", $"w{writer}", "--json");
            }

            return [.. numbers];
        }

        async Task<JsonElement> RunAsync(params string[] arguments)
        {
            string[] all = arguments[0] == "init" ? [.. arguments, "--json"] : ["--store", store, .. arguments];
            using Process process = _vers.Start("env", [.. environment.Select(v => $"{v.Key}={v.Value}"), "dotnet", Path.Combine(AppContext.BaseDirectory, "vers.dll"), .. all]);
            Run run = await Vers.FinishAsync(process);
            Assert.That(run.Exit, Is.Zero, run.Error + run.Text);
            return run.Json;
        }
    }
}
