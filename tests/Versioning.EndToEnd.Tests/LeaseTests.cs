using System.Diagnostics;
using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>Versions that other processes have open, and this machine's cache.</summary>
public sealed class LeaseTests
{
    private Vers _vers = null!;

    [SetUp]
    public async Task Pin()
    {
        _vers = new Vers();
        _vers.Write("one/model.bin", "one");
        _vers.Write("two/model.bin", "two");
        await _vers.OkAsync("init");
        foreach (string name in new[] { "one", "two" })
        {
            await _vers.OkAsync("commit", $"models/{name}", name);
            await _vers.OkAsync("pin", $"models/{name}");
        }
    }

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task What_a_process_has_open_stays_until_it_ends_or_is_killed()
    {
        using Process one = await _vers.HoldAsync("models/one"), again = await _vers.HoldAsync("models/one"), two = await _vers.HoldAsync("models/two");
        await EndAsync(two);
        JsonElement shown = await PartAsync("show");
        Assert.That((Number(shown, "versions"), Number(shown, "versionsInUse"), Number(shown, "bytes"), Number(shown, "bytesInUse")), Is.EqualTo((2, 1, 6, 3)));
        Assert.That((await _vers.OkAsync("cache", "show")).Text, Does.Contain("versions\t2\t6\t1\t2\t1\t0\n"));

        JsonElement pruned = await PartAsync("prune", "--all");
        Assert.That((Number(pruned, "versions"), Number(pruned, "removedVersions"), Number(pruned, "removedBytes")), Is.EqualTo((1, 1, 3)));
        await EndAsync(again);
        Assert.That(Number(await PartAsync("prune", "--all"), "versions"), Is.EqualTo(1), "One of two holders is left.");
        Assert.That(one.HasExited, Is.False, "It reads what it read at first.");
        await EndAsync(one);
        pruned = await PartAsync("prune", "--all");
        Assert.That((Number(pruned, "versions"), Number(pruned, "files"), Number(pruned, "removedVersions")), Is.EqualTo((0, 0, 1)));
        Assert.That(Directory.EnumerateFiles(_vers.At("cache/content"), "*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task Pruning_and_verifying_by_many_processes_disturbs_no_holder_and_no_restore()
    {
        using Process held = await _vers.HoldAsync("models/one");
        await Task.WhenAll(Enumerable.Range(0, 9).Select(async i =>
        {
            string[] command = i switch
            {
                3 => ["restore", "models/one"],
                8 => ["restore", "models/two"],
                _ => ["cache", .. i % 2 == 0 ? new[] { "prune", "--all" } : ["verify"]],
            };
            await _vers.OkAsync(command);
        }));
        using Process two = await _vers.HoldAsync("models/two");
        Assert.That((held.HasExited, two.HasExited), Is.EqualTo((false, false)));
        Assert.That(Number(await PartAsync("show"), "versionsInUse"), Is.EqualTo(2));
        await _vers.OkAsync("status", "--check");
        await _vers.OkAsync("cache", "verify");
        await EndAsync(held);
        await EndAsync(two);
    }

    /// <summary>Killed, as it would go on for ever: the system closes what it had open.</summary>
    private static async Task EndAsync(Process process)
    {
        Assert.That(process.HasExited, Is.False);
        process.Kill();
        await process.WaitForExitAsync();
    }

    private async Task<JsonElement> PartAsync(params string[] arguments) =>
        (await _vers.OkAsync(["cache", .. arguments, "--json"])).Json.GetProperty("parts").EnumerateArray().Single(part => part.GetProperty("name").GetString() == "versions");

    private static int Number(JsonElement part, string name) => part.GetProperty(name).GetInt32();
}
