using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>The commands about this machine's cache.</summary>
public sealed class CacheTests
{
    private Vers _vers = null!;

    [SetUp]
    public async Task RestoreAVersion()
    {
        _vers = new Vers();
        _vers.Write("data/a", "content");
        await _vers.OkAsync("init");
        await _vers.OkAsync("commit", "datasets/x", "data");
        await _vers.OkAsync("pin", "datasets/x");
        await _vers.OkAsync("restore", "--link", "copy");
    }

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task Show_verify_and_prune_tell_what_is_there_what_was_wrong_and_what_went()
    {
        Run shown = await _vers.OkAsync("cache", "show", "--json");
        Assert.That(shown.Json.GetProperty("folder").GetString(), Is.EqualTo(_vers.At("cache")));
        Assert.That(Counts(shown), Is.EqualTo((1, 7, 0)));
        Assert.That((await _vers.OkAsync("cache", "show")).Text, Does.Contain("content\t1\t7\t0\t0\t0\t0\n"));
        Assert.That((await _vers.OkAsync("cache", "verify", "--json")).Json.GetProperty("parts").GetArrayLength(), Is.EqualTo(2));

        string file = Directory.GetFiles(_vers.At("cache/content"), "*", SearchOption.AllDirectories).Single();
        new FileInfo(file).IsReadOnly = false;
        await File.WriteAllTextAsync(file, "kontent");
        Run verified = await _vers.RunAsync("cache", "verify", "--json");
        Assert.That((verified.Exit, Counts(verified)), Is.EqualTo((4, (0, 0, 1))));
        Assert.That(verified.Error, Does.Contain("vers status"));

        await _vers.OkAsync("restore", "--force");
        Run kept = await _vers.OkAsync("cache", "prune", "--max", "1MiB", "--json");
        Assert.That(kept.Json.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty("removedFiles").GetInt32()), Is.Zero);
        Run pruned = await _vers.OkAsync("cache", "prune", "--all", "--json");
        Assert.That(pruned.Json.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty("removedFiles").GetInt32()), Is.Positive);
        await _vers.OkAsync("status", "--check");
    }

    [TestCase("cache", "vers cache --help")]
    [TestCase("cache prune --max much", "vers cache prune --help")]
    [TestCase("cache prune --max -1", "vers cache prune --help")]
    [TestCase("cache prune --all --max 1", "vers cache prune --help")]
    public async Task A_wrong_line_is_told_with_where_to_look(string line, string where)
    {
        Run run = await _vers.RunAsync(line.Split(' '));
        Assert.That((run.Exit, run.Error), Is.EqualTo((2, run.Error)));
        Assert.That(run.Error, Does.Contain(where));
    }

    private static (int Files, int Bytes, int Removed) Counts(Run run)
    {
        JsonElement content = run.Json.GetProperty("parts")[0];
        return (content.GetProperty("files").GetInt32(), content.GetProperty("bytes").GetInt32(), content.GetProperty("removedFiles").GetInt32());
    }
}
