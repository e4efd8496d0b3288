using System.Diagnostics;
using Versioning.Storage;
using Versioning.Tests.Servers;

namespace Versioning.EndToEnd.Tests;

/// <summary>Profiles of the AWS tools give keys, region and endpoint. The SDK reads them once in a process, so each test is one.</summary>
[TestFixture]
public sealed class ProfileTests
{
    private Vers _vers = null!;
    private MemoryStore _objects = null!;
    private WebServer _server = null!;

    [SetUp]
    public void SetUp()
    {
        (_vers, _objects) = (new Vers(), new MemoryStore());
        _server = new WebServer(_objects);
    }

    [TearDown]
    public async Task TearDown()
    {
        _vers.Dispose();
        await _server.DisposeAsync();
        await _objects.DisposeAsync();
    }

    [TestCase("data", "profile data")]
    [TestCase("default", "default")]
    public async Task Profile_OfTheEnvironment_GivesKeysRegionAndEndpoint(string profile, string section)
    {
        WriteProfiles(profile, section, Endpoint);

        Assert.That(
            await AuthorizationAsync(profile == "default" ? [] : [$"AWS_PROFILE={profile}"]), Does.Contain("Credential=keyofprofile/").And.Contain("/eu-south-2/s3/"));
    }

    [Test]
    public async Task Profile_BesideVariables_ComesAfterThem()
    {
        WriteProfiles("data", "profile data", "http://127.0.0.1:1");

        Assert.That(
            await AuthorizationAsync("AWS_PROFILE=data", "AWS_ACCESS_KEY_ID=keyofvariable", "AWS_SECRET_ACCESS_KEY=x", "AWS_REGION=eu-north-1", $"AWS_ENDPOINT_URL_S3={Endpoint}"),
            Does.Contain("Credential=keyofvariable/").And.Contain("/eu-north-1/s3/"));
    }

    private string Endpoint => _server.Address.GetLeftPart(UriPartial.Authority);

    private void WriteProfiles(string profile, string section, string endpoint)
    {
        _vers.Write("credentials", $"[other]\naws_access_key_id = keyofother\naws_secret_access_key = x\n\n[{profile}]\naws_access_key_id = keyofprofile\naws_secret_access_key = x\n");
        _vers.Write("config", $"[profile other]\nregion = eu-west-3\n\n[{section}]\nregion = eu-south-2\nendpoint_url = {endpoint}\n");
    }

    /// <summary>How the tool signs when it looks for a store, of which there is none.</summary>
    private async Task<string> AuthorizationAsync(params string[] variables)
    {
        string[] files = [$"AWS_SHARED_CREDENTIALS_FILE={_vers.At("credentials")}", $"AWS_CONFIG_FILE={_vers.At("config")}", "AWS_EC2_METADATA_DISABLED=true"];
        using Process process = _vers.Start("env", [.. Cleared, .. files, .. variables, "dotnet", Path.Combine(AppContext.BaseDirectory, "vers.dll"), "--store", "s3://bucket/p", "log", "datasets/x"]);
        Run run = await Vers.FinishAsync(process);
        Assert.That(_server.Requests, Is.Not.Empty, run.Error);
        Assert.That(_server.Requests[0].Path, Does.StartWith("/bucket/p/format"));
        return _server.Requests[0].Header("authorization")!;
    }

    private static string[] Cleared =>
        [.. Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).SelectMany(name => new[] { "-u", name })];
}
