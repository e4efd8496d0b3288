using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>Pins by the command line: what a developer and a build agent do.</summary>
public sealed class PinTests
{
    private Vers _vers = null!;

    [SetUp]
    public async Task MakeStore()
    {
        _vers = new Vers();
        await _vers.OkAsync("init", "store");
        _vers.Write("data/a.txt", "first");
        _vers.Write("data/train/b.bin", new byte[70_000]);
        await _vers.OkAsync("commit", "datasets/d", "data", "--alias", "production");
    }

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task Pins_from_the_first_one_to_the_next_version()
    {
        JsonElement pin = (await _vers.OkAsync("pin", "datasets/d@production", "in/d", "--json")).Json;
        Assert.That(Fields(pin), Is.EqualTo("name,requested,pin,manifest,files,bytes"));
        JsonElement restored = (await _vers.OkAsync("restore", "--locked", "--json")).Json.GetProperty("pins")[0];
        Assert.That(Fields(restored), Is.EqualTo("name,requested,pin,manifest,files,bytes,path,written,removed,kept"));
        Assert.That(restored.GetProperty("written").GetInt64(), Is.EqualTo(2));
        Assert.That(File.ReadAllText(_vers.At("in/d/a.txt")), Is.EqualTo("first"));
        Assert.That((await _vers.OkAsync("status", "--check")).Text, Is.EqualTo("datasets/d\tdatasets/d@1\tclean\n"));

        _vers.Write("data/a.txt", "second");
        await _vers.OkAsync("commit", "datasets/d", "data", "--alias", "production");
        Assert.That((await _vers.RunAsync("status", "--check")).Exit, Is.EqualTo(1));
        JsonElement status = (await _vers.OkAsync("status", "--json")).Json.GetProperty("pins")[0];
        Assert.That(Fields(status), Is.EqualTo("name,requested,locked,path,clean,missing,missingFiles,modifiedFiles,newer,retired,changes"));
        Assert.That(status.GetProperty("newer").GetString(), Does.StartWith("datasets/d@2#"));
        Assert.That((await _vers.OkAsync("status", "--offline", "--check")).Text, Does.Contain("clean"));

        string before = File.ReadAllText(_vers.At("versions.lock"));
        Assert.That((await _vers.OkAsync("update", "--dry-run")).Text, Does.Contain("+0 -0 ~1 files"));
        Assert.That(File.ReadAllText(_vers.At("versions.lock")), Is.EqualTo(before));
        JsonElement update = (await _vers.OkAsync("update", "--json")).Json.GetProperty("pins")[0];
        Assert.That(Fields(update), Is.EqualTo("name,requested,pin,manifest,files,bytes,before,moved,added,removed,modified"));
        await _vers.OkAsync("restore");
        Assert.That(File.ReadAllText(_vers.At("in/d/a.txt")), Is.EqualTo("second"));
        await _vers.OkAsync("unpin", "datasets/d");
        Assert.That((await _vers.OkAsync("status")).Text, Is.Empty);
    }

    [Test]
    public async Task Status_tells_missing_modified_and_outdated_apart_and_update_moves_only_what_it_is_asked_to()
    {
        await _vers.OkAsync("commit", "datasets/e", "data", "--alias", "production");
        foreach (string name in new[] { "d", "e" })
        {
            await _vers.OkAsync("pin", $"datasets/{name}@production", $"in/{name}");
        }

        await _vers.OkAsync("restore", "--link", "hard");
        await _vers.OkAsync("status", "--check");
        File.Delete(_vers.At("in/d/a.txt"));
        Assert.That(await StatusAsync(), Is.EqualTo((1, "1 file missing", "clean")));
        Directory.Delete(_vers.At("in/d"), recursive: true);
        Assert.That(await StatusAsync(), Is.EqualTo((1, "missing", "clean")));
        await _vers.OkAsync("restore");

        // In place, through a hard link: the cache has the edited file too, and serves it to nobody.
        string file = _vers.At("in/d/a.txt");
        File.SetAttributes(file, FileAttributes.Normal);
        File.AppendAllText(file, "!");
        Assert.That(await StatusAsync(), Is.EqualTo((1, "1 file modified", "1 file modified")), "Both have the same file.");
        await _vers.OkAsync("restore", "--force");
        Assert.That(await StatusAsync(), Is.EqualTo((0, "clean", "clean")));
        Assert.That(File.ReadAllText(file), Is.EqualTo("first"));

        _vers.Write("data/new.txt", "new");
        foreach (string name in new[] { "d", "e" })
        {
            await _vers.OkAsync("commit", $"datasets/{name}", "data", "--alias", "production");
        }

        Assert.That(await StatusAsync(), Is.EqualTo((1, "outdated: datasets/d@production is datasets/d@2", "outdated: datasets/e@production is datasets/e@2")));
        Run update = await _vers.OkAsync("update", "datasets/e");
        Assert.That(update.Text, Does.Match("^datasets/e\tdatasets/e@1\tdatasets/e@2#sha256:[0-9a-f]{64}\t\\+1 -0 ~0 files\n$"));
        await _vers.OkAsync("restore");
        Assert.That(await StatusAsync(), Is.EqualTo((1, "outdated: datasets/d@production is datasets/d@2", "clean")));
        Assert.That((await _vers.RunAsync("update", "datasets/x")).Exit, Is.EqualTo(3));

        async Task<(int Exit, string D, string E)> StatusAsync()
        {
            Run run = await _vers.RunAsync("status", "--check");
            string[] lines = [.. run.Text.Split('\n').Where(line => line.StartsWith("datasets/", StringComparison.Ordinal)).Select(line => line.Split('\t')[2])];
            return (run.Exit, lines[0], lines[1]);
        }
    }

    [Test]
    public async Task What_is_in_the_way_or_missing_has_its_exit_code()
    {
        Assert.That((await _vers.RunAsync("pin", "datasets/nothing")).Exit, Is.EqualTo(3));
        Assert.That((await _vers.RunAsync("unpin", "datasets/d")).Exit, Is.EqualTo(3));
        Assert.That((await _vers.RunAsync("pin", "datasets/d", "../outside")).Exit, Is.Not.Zero);
        Assert.That(File.Exists(_vers.At("versions.lock")), Is.False);

        await _vers.OkAsync("pin", "datasets/d@production", "in/d");
        _vers.Write("in/d/a.txt", "mine");
        Run blocked = await _vers.RunAsync("restore");
        Assert.That((blocked.Exit, File.ReadAllText(_vers.At("in/d/a.txt"))), Is.EqualTo((5, "mine")));
        Assert.That(File.Exists(_vers.At("in/d/train/b.bin")), Is.False);
        await _vers.OkAsync("restore", "--force");

        Directory.Delete(_vers.At("cache"), recursive: true);
        Directory.Delete(_vers.At("in"), recursive: true);
        Assert.That((await _vers.RunAsync("restore", "--offline")).Exit, Is.EqualTo(6));
        string text = File.ReadAllText(_vers.At("versions.lock"));
        _vers.Write("versions.lock", text.Replace("number = 1", "number = one", StringComparison.Ordinal));
        Run broken = await _vers.RunAsync("restore", "--locked");
        Assert.That(broken.Error, Does.Contain("versions.lock(6):"));
        string other = string.Concat(Enumerable.Repeat("0", 64));
        int at = text.IndexOf("digest = \"sha256:", StringComparison.Ordinal) + "digest = \"sha256:".Length;
        _vers.Write("versions.lock", $"{text[..at]}{other}{text[(at + 64)..]}");
        Assert.That((await _vers.RunAsync("restore", "--locked")).Exit, Is.EqualTo(4));
    }

    private static string Fields(JsonElement json) => string.Join(',', json.EnumerateObject().Select(p => p.Name));
}
