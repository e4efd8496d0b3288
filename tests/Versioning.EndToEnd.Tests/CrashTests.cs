using System.Diagnostics;
using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>Commits that are killed, interrupted, or run beside each other.</summary>
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
    public async Task Four_processes_commit_at_once()
    {
        const int Writers = 4, Rounds = 5;
        long[][] shared = await Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));
        Assert.That(shared.SelectMany(n => n).Order(), Is.EqualTo(Enumerable.Range(1, Writers * Rounds)));
        JsonElement artifacts = (await _vers.OkAsync("ls", "--json")).Json.GetProperty("artifacts");
        Assert.That(
            artifacts.EnumerateArray().Select(a => $"{a.GetProperty("name")} {a.GetProperty("versions")}"),
            Is.EquivalentTo(Enumerable.Range(0, Writers).Select(w => $"datasets/own{w} {Rounds}").Append($"datasets/shared {Writers * Rounds}")));
        Assert.That((await _vers.OkAsync("log", "datasets/shared", "--json")).Json.GetProperty("versions").GetArrayLength(), Is.EqualTo(Writers * Rounds));
        await _vers.OkAsync("verify");

        async Task<long[]> WriteAsync(int writer)
        {
            var numbers = new List<long>();
            for (int round = 0; round < Rounds; round++)
            {
                _vers.Write($"w{writer}/file.txt", $"{writer} {round}");
                JsonElement commit = (await _vers.OkAsync("commit", "datasets/shared", $"w{writer}", "--json")).Json;
                numbers.Add(commit.GetProperty("number").GetInt64());
                await _vers.OkAsync("commit", $"datasets/own{writer}", $"w{writer}");
            }

            return [.. numbers];
        }
    }

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
