using System.Diagnostics;
using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>Stages of versions.json from the command line.</summary>
[Platform(Exclude = "Win", Reason = "The programs are shell scripts.")]
public sealed class PipelineTests
{
    private Vers _vers = null!;

    [SetUp]
    public async Task MakeWorkspace()
    {
        _vers = new Vers();
        _vers.Write("data/a.txt", "hello");
        await _vers.OkAsync("init");
        await _vers.OkAsync("commit", "datasets/d", "data");
        _vers.Write("versions.json", """
            { "store": ".versions", "stages": {
              "train": { "command": ["sh", "train.sh", "${lr}"], "inputs": ["datasets/clean"], "files": ["train.sh"], "parameters": { "lr": 1 }, "outputs": { "models/m": "out" } },
              "clean": { "shell": "mkdir -p clean && cp ${input:datasets/d}/a.txt clean/ && echo cleaned", "inputs": ["datasets/d@latest"], "outputs": { "datasets/clean": "clean" } }
            } }
            """);
        _vers.Write("train.sh", "mkdir out && cat clean/a.txt > out/m && echo $1 >> out/m && echo trained");
    }

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task Stages_are_checked_run_and_known_and_exit_codes_say_which()
    {
        Run check = await _vers.RunAsync("run", "--check"), dry = await _vers.OkAsync("run", "--dry-run"), run = await _vers.OkAsync("run"), fresh = await _vers.OkAsync("run", "--check");
        _vers.Write("train.sh", "exit 3");
        Run stale = await _vers.RunAsync("run", "--check", "--json"), failed = await _vers.RunAsync("run", "train", "--json"), program = await _vers.RunAsync("run", "train", "--", "true"), unknown = await _vers.RunAsync("run", "true");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((check.Exit, check.Text), Is.EqualTo((1, "clean\tstale\tno run has succeeded\ntrain\tstale\t'clean' has to be run\n")));
            Assert.That(dry.Text, Is.EqualTo(check.Text));
            Assert.That(run.Text, Is.EqualTo("clean | cleaned\ntrain | trained\n"));
            Assert.That(run.Error, Does.Contain("vers: clean: running: no run has succeeded\n").And.Contain("vers: train: runs/train@1 succeeded · models/m@1\n"));
            Assert.That(fresh.Text, Is.EqualTo("clean\tup to date\truns/clean@1\ntrain\tup to date\truns/train@1\n"));
            Assert.That(stale.Exit, Is.EqualTo(1));
            Assert.That(stale.Json.GetProperty("stages")[1].GetProperty("reasons")[0].GetProperty("text").GetString(), Is.EqualTo("code changed: train.sh"));
            Assert.That(failed.Exit, Is.EqualTo(7));
            Assert.That(failed.Json.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("outcome").GetString()), Is.EqualTo(new[] { "upToDate", "failed" }));
            Assert.That(program.Exit, Is.Zero, "A program alone may be called like a stage.");
            Assert.That((unknown.Exit, unknown.Error.Contains("vers run true -- program", StringComparison.Ordinal)), Is.EqualTo((3, true)));
        }
    }

    [TestCase("run", "train", "--check", "--", "true")]
    [TestCase("run", "train", "--output", "models/m=out")]
    [TestCase("run", "--", "true")]
    [TestCase("run", "train", "evaluate", "--", "true")]
    [TestCase("run", "--param", "rl=1")]
    public async Task What_is_about_a_program_and_what_is_about_stages_do_not_go_together(params string[] arguments) =>
        Assert.That((await _vers.RunAsync(arguments)).Exit, Is.EqualTo(2));

    [Test]
    public async Task A_stage_has_nothing_to_read_and_a_program_alone_what_the_tool_has()
    {
        _vers.Write("versions.json", """{ "store": ".versions", "stages": { "ask": { "shell": "cat > asked; echo end >> asked", "outputs": { "datasets/asked": { "file": "asked" } } } } }""");
        using Process script = _vers.StartScript("echo typed | vers run && echo typed | vers run alone -- sh -c 'cat > read'");
        Run run = await Vers.FinishAsync(script);
        Assert.That((run.Exit, _vers.Read("asked"), _vers.Read("read")), Is.EqualTo((0, "end\n", "typed\n")), run.Error);
    }

    [Test]
    public async Task A_watch_retrains_when_its_input_moves_and_ends_when_it_is_told()
    {
        using Process watch = _vers.Start(["watch", "train", "--interval", "1", "--json"]);
        Task<string> errors = watch.StandardError.ReadToEndAsync();
        JsonElement first = JsonDocument.Parse((await watch.StandardOutput.ReadLineAsync())!).RootElement;
        _vers.Write("data/a.txt", "moved");
        await _vers.OkAsync("commit", "datasets/d", "data");
        JsonElement second = JsonDocument.Parse((await watch.StandardOutput.ReadLineAsync())!).RootElement;
        using Process kill = Process.Start("kill", ["-TERM", $"{watch.Id}"]);
        await watch.WaitForExitAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.GetProperty("stages")[1].GetProperty("outputs")[0].GetString(), Does.StartWith("models/m@1#"));
            Assert.That(second.GetProperty("stages")[1].GetProperty("outputs")[0].GetString(), Does.StartWith("models/m@2#"));
            Assert.That(watch.ExitCode, Is.EqualTo(130), await errors);
        }
    }

    [Test]
    [Platform("Linux", Reason = "Elsewhere nothing tells whose a process is.")]
    public async Task A_run_after_one_that_was_killed_waits_for_nothing_and_writes_nothing_while_its_command_goes_on()
    {
        _vers.Write("train.sh", "echo $$ > process; [ -e started ] || { touch started; while [ ! -e go ]; do sleep 0.01; done; }; mkdir -p out; echo \"$1\" >> out/m");
        using Process killed = _vers.Start(["run", "train"]);
        while (!File.Exists(_vers.At("started")) && !killed.HasExited)
        {
            await Task.Delay(5);
        }

        killed.Kill();
        await killed.WaitForExitAsync();
        string command = _vers.Read("process").Trim();
        Run refused = await _vers.RunAsync("run", "train", "--param", "lr=2", "--json");
        _vers.Write("go", "");
        while (IsAlive(command))
        {
            await Task.Delay(5);
        }

        await _vers.OkAsync("run", "train", "--param", "lr=2");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Exit, refused.Json.GetProperty("error").GetProperty("code").GetString()), Is.EqualTo((5, "command_still_running")), refused.Error);
            Assert.That(refused.Text, Does.Contain(command));
            Assert.That(_vers.Read("out/m"), Is.EqualTo("2\n"), "Nothing of the other is in it.");
        }

        static bool IsAlive(string process)
        {
            try
            {
                return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1][0] != 'Z';
            }
            catch (IOException)
            {
                return false;
            }
        }
    }
}
