using System.Diagnostics;
using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>Programs that are run and recorded.</summary>
[Platform(Exclude = "Win", Reason = "The programs are shell scripts.")]
public sealed class RunTests
{
    private Vers _vers = null!;

    [SetUp]
    public async Task MakeStore()
    {
        _vers = new Vers();
        await _vers.OkAsync("init");
        _vers.Write("data/a.txt", "hello");
        await _vers.OkAsync("commit", "datasets/d", "data");
    }

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task A_program_that_succeeds_publishes_what_it_made_and_one_that_fails_nothing()
    {
        Run run = await _vers.OkAsync(
            "run", "train", "--input", "datasets/d", "--param", "leaves=20", "--output", "models/m=out", "--metrics", "metrics.json", "--json", "--",
            "sh", "-c", "mkdir out && cp data/a.txt out/m && echo '{\"auc\": 0.9, \"per\": {\"a\": 1}}' > metrics.json && echo trained && echo odd >&2");
        JsonElement ended = run.Json;
        Run failed = await _vers.RunAsync("run", "train", "--output", "models/m=out", "--", "sh", "-c", "echo half; exit 3");
        Run missing = await _vers.RunAsync("run", "train", "--output", "models/m=nowhere", "--", "true");
        Run unknown = await _vers.RunAsync("run", "train", "--", "no-such-program-anywhere");
        JsonElement runs = (await _vers.OkAsync("runs", "train", "--json")).Json.GetProperty("runs");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Error, Does.Contain("trained").And.Contain("odd"), "with --json, stdout is the document's");
            Assert.That(ended.GetProperty("metrics").ToString(), Is.EqualTo("{\n    \"auc\": 0.9,\n    \"per.a\": 1\n  }"));
            Assert.That(ended.GetProperty("run").GetProperty("outputs").EnumerateArray().Single().GetString(), Does.StartWith("models/m@1#"));
            Assert.That((await _vers.OkAsync("show", "models/m", "--json")).Json.GetProperty("madeBy").GetString(), Is.EqualTo(ended.GetProperty("pin").GetString()));
            Assert.That((await _vers.OkAsync("cat", "runs/train@1", "log.txt")).Text, Does.Contain("trained\n").And.Contain("odd\n"));
            Assert.That((failed.Exit, failed.Text), Is.EqualTo((7, "half\n")));
            Assert.That((missing.Exit, unknown.Exit), Is.EqualTo((3, 3)));
            Assert.That(runs.EnumerateArray().Select(r => $"{r.GetProperty("run").GetProperty("outcome")} {r.GetProperty("run").GetProperty("exitCode")}"), Is.EqualTo(new[] { "failed ", "failed ", "failed 3", "succeeded 0" }));
            Assert.That((await _vers.OkAsync("ls", "--json")).Json.GetProperty("artifacts").GetArrayLength(), Is.EqualTo(2));
            Assert.That((await _vers.OkAsync("runs", "--open")).Text, Is.Empty);
        }
    }

    [Test]
    public async Task A_program_that_is_told_to_stop_ends_with_what_it_started()
    {
        using Process process = _vers.Start(["run", "train", "--output", "models/m=out", "--", "sh", "-c", "trap 'sleep 2.5; echo saved; exit 0' TERM; sleep 1000 & echo $! > child; wait"]);
        Task<Run> finished = Vers.FinishAsync(process);
        while (!finished.IsCompleted && !(File.Exists(_vers.At("child")) && File.ReadAllText(_vers.At("child")).EndsWith('\n')))
        {
            await Task.Delay(5);
        }

        using Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await kill.WaitForExitAsync();
        Run run = await finished;
        string child = File.ReadAllText(_vers.At("child")).Trim();
        for (var waited = Stopwatch.StartNew(); IsAlive(child) && waited.Elapsed < TimeSpan.FromSeconds(30);)
        {
            // It was killed; when it is gone, the system decides.
            await Task.Delay(20);
        }

        JsonElement recorded = (await _vers.OkAsync("show", "runs/train", "--json")).Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Exit, Is.EqualTo(130));
            Assert.That(run.Text, Is.EqualTo("saved\n"), "It had the time to put something in order.");
            Assert.That(recorded.GetProperty("run").GetProperty("outcome").GetString(), Is.EqualTo("cancelled"));
            Assert.That(IsAlive(child), Is.False, "What it started is gone too.");
        }
    }

    /// <summary>One that nobody has asked for its exit code yet is as dead.</summary>
    private static bool IsAlive(string process)
    {
        using Process ps = Process.Start(new ProcessStartInfo("ps", ["-o", "stat=", "-p", process]) { RedirectStandardOutput = true })!;
        string state = ps.StandardOutput.ReadToEnd().Trim();
        return state.Length > 0 && state[0] != 'Z';
    }
}
