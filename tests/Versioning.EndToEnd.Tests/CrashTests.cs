using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>Commits and fetches that are killed, interrupted, or run beside each other.</summary>
public sealed class CrashTests
{
    private Vers _vers = null!;

    [SetUp]
    public async Task MakeStore()
    {
        _vers = new Vers();
        await _vers.OkAsync("init");
    }

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task A_killed_commit_leaves_a_sound_store_and_can_be_repeated()
    {
        var random = new Random(7);
        MakeSixtyMegabytes(random);
        int killed = 0;
        for (int round = 1; round <= 6; round++)
        {
            // Other first bytes in every large file, so that there is something to store in each round.
            foreach (string file in Directory.EnumerateFiles(_vers.At("big"), "*.bin"))
            {
                byte[] bytes = new byte[2_500_000];
                random.NextBytes(bytes);
                using FileStream stream = File.OpenWrite(file);
                stream.Write(bytes);
            }

            string[] commit = ["commit", "datasets/big", "big", "--json", "-m", $"round {round}"];
            using (Process process = _vers.Start(commit))
            {
                Task<Run> finished = Vers.FinishAsync(process);
                await Task.Delay(random.Next(100, 900));
                process.Kill();
                killed += (await finished).Exit == 0 ? 0 : 1;
            }

            Run log = await _vers.RunAsync("log", "datasets/big", "--json");
            Assert.That(log.Exit, Is.Zero.Or.EqualTo(3), log.Text);
            await _vers.OkAsync("verify", "--json");
            JsonElement again = (await _vers.OkAsync(commit)).Json;
            Assert.That(again.GetProperty("number").GetInt64(), Is.EqualTo(round));
        }

        await _vers.OkAsync("verify");
        await TestContext.Out.WriteLineAsync($"{killed} of 6 commits were under way when they were killed.");
        Assert.That(killed, Is.Positive, "No commit was under way when it was killed.");
    }

    [Test]
    public async Task A_killed_fetch_leaves_no_half_file_and_can_be_repeated()
    {
        var random = new Random(13);
        MakeSixtyMegabytes(random);
        await _vers.OkAsync("commit", "datasets/big", "big");
        int killed = 0, left = 0;
        for (int round = 0; round < 6; round++)
        {
            string target = $"target{round}";
            string[] fetch = ["fetch", "datasets/big", "-o", target, "--json"];
            using (Process process = _vers.Start(fetch))
            {
                Task<Run> finished = Vers.FinishAsync(process);

                // From its first file on it is under way; how far it gets is chance.
                while (!finished.IsCompleted && !Directory.Exists(_vers.At(target)))
                {
                    await Task.Delay(1);
                }

                await Task.Delay(random.Next(0, 60 * (round + 1)));
                process.Kill();
                killed += (await finished).Exit == 0 ? 0 : 1;
            }

            left += Leftovers(target).Length;
            foreach (string file in Directory.Exists(_vers.At(target)) ? Directory.EnumerateFiles(_vers.At(target), "*", SearchOption.AllDirectories).Except(Leftovers(target)) : [])
            {
                string path = Path.GetRelativePath(_vers.At(target), file);
                byte[] fetched = await File.ReadAllBytesAsync(file), whole = await File.ReadAllBytesAsync(_vers.At($"big/{path}"));
                Assert.That(fetched.AsSpan().SequenceEqual(whole), Is.True, path);
            }

            await _vers.OkAsync(fetch);
            Assert.That(Leftovers(target), Is.Empty);
            Assert.That(Tree(target), Is.EqualTo(Tree("big")));
            Directory.Delete(_vers.At(target), recursive: true);
        }

        await _vers.OkAsync("verify");
        await TestContext.Out.WriteLineAsync($"{killed} of 6 fetches were under way when they were killed; they left {left} unfinished files.");
        Assert.That(killed, Is.Positive, "No fetch was under way when it was killed.");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "There is no SIGINT to send.")]
    public async Task An_interrupted_commit_says_so()
    {
        MakeSixtyMegabytes(new Random(11));
        File.Delete(_vers.At("versions.json"));
        Run run = new(0, [], "");
        for (int attempt = 0; attempt < 5 && run.Exit == 0; attempt++)
        {
            // A new store each time, so that there is something to store; its first pack shows that the commit is under way.
            string store = _vers.At($"store{attempt}");
            await _vers.OkAsync("init", "--store", store);
            File.Delete(_vers.At("versions.json"));
            using Process process = _vers.Start(["commit", "datasets/big", "big", "--json", "--store", store]);
            Task<Run> finished = Vers.FinishAsync(process);
            while (!finished.IsCompleted && Directory.GetFiles(store, "*", SearchOption.AllDirectories).Length < 2)
            {
                await Task.Delay(2);
            }

            using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            await kill.WaitForExitAsync();
            run = await finished;
            await _vers.OkAsync("verify", "--store", store);
        }

        Assert.That(run.Exit, Is.EqualTo(130));
        Assert.That(run.Json.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("cancelled"));
    }

    [Test]
    public async Task Sixteen_processes_commit_at_once()
    {
        const int Writers = 16, Rounds = 2;
        long[][] shared = await Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));
        Assert.That(shared.SelectMany(n => n).Order(), Is.EqualTo(Enumerable.Range(1, Writers * Rounds)));
        JsonElement artifacts = (await _vers.OkAsync("ls", "--json")).Json.GetProperty("artifacts");
        Assert.That(
            artifacts.EnumerateArray().Select(a => $"{a.GetProperty("name")} {a.GetProperty("versions")}"),
            Is.EquivalentTo(Enumerable.Range(0, Writers).Select(w => $"datasets/own{w} 1").Append($"datasets/shared {Writers * Rounds}")));
        Assert.That((await _vers.OkAsync("log", "datasets/shared", "--json")).Json.GetProperty("versions").GetArrayLength(), Is.EqualTo(Writers * Rounds));

        // The chain is unbroken, and each number has the content that its writer was told.
        await _vers.OkAsync("verify");
        for (int writer = 0; writer < Writers; writer++)
        {
            Assert.That((await _vers.OkAsync("cat", $"datasets/shared@{shared[writer][^1]}", "file.txt")).Text, Is.EqualTo($"{writer} {Rounds - 1}"));
        }

        async Task<long[]> WriteAsync(int writer)
        {
            var numbers = new List<long>();
            for (int round = 0; round < Rounds; round++)
            {
                _vers.Write($"w{writer}/file.txt", $"{writer} {round}");
                JsonElement commit = (await _vers.OkAsync("commit", "datasets/shared", $"w{writer}", "--json")).Json;
                numbers.Add(commit.GetProperty("number").GetInt64());
            }

            await _vers.OkAsync("commit", $"datasets/own{writer}", $"w{writer}");
            return [.. numbers];
        }
    }

    private string[] Leftovers(string target) =>
        Directory.Exists(_vers.At(target)) ? Directory.GetFiles(_vers.At(target), ".vers-*", SearchOption.AllDirectories) : [];

    private IEnumerable<string> Tree(string folder) => Directory.EnumerateFiles(_vers.At(folder), "*", SearchOption.AllDirectories)
        .Select(f => $"{Path.GetRelativePath(_vers.At(folder), f)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))}").Order(StringComparer.Ordinal);

    private void MakeSixtyMegabytes(Random random)
    {
        byte[] large = new byte[5_000_000], small = new byte[5_000];
        for (int i = 0; i < 11; i++)
        {
            random.NextBytes(large);
            _vers.Write($"big/{i}.bin", large);
        }

        for (int i = 0; i < 1_000; i++)
        {
            random.NextBytes(small);
            _vers.Write($"big/small/{i / 100}/{i}.dat", small);
        }
    }
}
