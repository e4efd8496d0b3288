using System.Text.Json;
using Versioning.Storage;
using Versioning.Tests.Servers;

namespace Versioning.EndToEnd.Tests;

/// <summary>The tool on a store that a web server shows.</summary>
public sealed class WebStoreTests
{
    private Vers _vers = null!;
    private LocalDiskStore _objects = null!;
    private WebServer _server = null!;

    [SetUp]
    public async Task MakeStore()
    {
        _vers = new Vers();
        _vers.Write("data/a.txt", "hello");
        await _vers.OkAsync("init");
        await _vers.OkAsync("commit", "datasets/d", "data");
        await _vers.OkAsync("tag", "datasets/d@1", "1.0.0");
        _objects = new LocalDiskStore(_vers.At(".versions"));
        _server = new WebServer(_objects);
    }

    [TearDown]
    public async Task Remove()
    {
        await _server.DisposeAsync();
        await _objects.DisposeAsync();
        _vers.Dispose();
    }

    [Test]
    public async Task Reading_works_and_verify_says_what_it_did_not_see()
    {
        string store = _server.Address.AbsoluteUri;
        Assert.That((await _vers.OkAsync("cat", "datasets/d@1.0.0", "a.txt", "--store", store)).Text, Is.EqualTo("hello"));
        await _vers.OkAsync("fetch", "datasets/d", "-o", "out", "--store", store);
        Assert.That(File.ReadAllText(_vers.At("out/a.txt")), Is.EqualTo("hello"));
        foreach (string[] command in new[] { new[] { "ls" }, ["log", "datasets/d"], ["show", "datasets/d"], ["audit"] })
        {
            Assert.That((await _vers.OkAsync([.. command, "--store", store, "--json"])).Out, Is.EqualTo((await _vers.OkAsync([.. command, "--json"])).Out));
        }

        Run verify = await _vers.OkAsync("verify", "--json", "--store", store);
        Assert.That(verify.Json.GetProperty("includesUnreferenced").GetBoolean(), Is.False);
        Assert.That(verify.Error, Does.Contain("can't be listed"));
        Assert.That((await _vers.OkAsync("verify", "--json")).Json.GetProperty("includesUnreferenced").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Writing_is_refused_with_code_6()
    {
        string store = _server.Address.AbsoluteUri;
        foreach (string[] command in new[] { new[] { "commit", "datasets/d", "data" }, ["tag", "datasets/d", "x"], ["alias", "datasets/d", "p", "1"] })
        {
            Run run = await _vers.RunAsync([.. command, "--json", "--store", store]);
            JsonElement error = run.Json.GetProperty("error");
            Assert.That((run.Exit, error.GetProperty("code").GetString()), Is.EqualTo((6, "read_only_store")), run.Text);
        }
    }

    [Test]
    public async Task An_address_with_a_secret_is_a_usage_error_that_does_not_repeat_it()
    {
        Run run = await _vers.RunAsync("ls", "--store", "https://user:hunter2@example.invalid/v1");
        Assert.That(run.Exit, Is.EqualTo(2));
        Assert.That(run.Text + run.Error, Does.Not.Contain("hunter2").And.Contain("https://host/path"));
    }
}
