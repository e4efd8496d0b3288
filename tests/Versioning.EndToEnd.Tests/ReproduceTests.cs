using System.Diagnostics;
using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>Runs that are made again by the tool.</summary>
[Platform(Exclude = "Win", Reason = "The programs are shell scripts.")]
public sealed class ReproduceTests
{
    private Vers _vers = null!;

    [SetUp]
    public async Task MakeRun()
    {
        _vers = new Vers();
        _vers.Write("code/.gitignore", "/.versions\n/data\nout\nmetrics.json\n");
        _vers.Write("code/train.sh", "mkdir -p out; cat data/* > out/model.txt; cat ../more >> out/model.txt 2>/dev/null; echo '{\"auc\": 0.9}' > metrics.json; echo trained\n");
        await ScriptAsync("cd code && git init -q && git config user.name Ada && git config user.email ada@example.org && vers init && mkdir in && echo 1,2 > in/a.csv && vers commit datasets/d in && rm -r in && vers pin datasets/d data && vers restore && git add -A && git commit -qm some");
        await ScriptAsync("cd code && echo 'echo again' >> train.sh && vers run train --input datasets/d --output models/m=out --metrics metrics.json -- sh train.sh && git checkout -q train.sh && rm -r out data metrics.json");
    }

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task A_run_is_made_again_and_what_differs_is_an_exit_code()
    {
        Run same = await _vers.RunInAsync("code", null, "reproduce", "models/m");
        _vers.Write("more", "3,4\n");
        Run different = await _vers.RunInAsync("code", null, "reproduce", "models/m", "--json", "--folder", "../again");
        Run within = await _vers.RunInAsync("code", null, "reproduce", "runs/train@1", "--tolerance", "1%", "--no-record");
        Run promoted = await _vers.RunInAsync("code", null, "promote", "models/m", "production", "--require", "reproducible and reproduced");
        Run unknown = await _vers.RunInAsync("code", null, "reproduce", "datasets/d");
        Run shown = await _vers.RunInAsync("code", null, "show", "models/m");
        JsonElement report = different.Json;
        JsonElement output = report.GetProperty("outputs").EnumerateArray().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(same.Exit, Is.Zero, same.Text + same.Error);
            Assert.That(same.Text, Does.StartWith("runs/train@1: identical\n").And.Contain("output       models/m@1: identical\n").And.Contain("auc: 0.9 → 0.9\n"));
            Assert.That(same.Error, Does.StartWith("trained\nagain\n").And.Contain("Recorded as runs/reproduce@1."));
            Assert.That(different.Exit, Is.EqualTo(1), different.Error);
            Assert.That((report.GetProperty("verdict").GetString(), report.GetProperty("folder").GetString()), Is.EqualTo(("different", Path.GetFullPath(_vers.At("again")))));
            Assert.That((output.GetProperty("identical").GetBoolean(), output.GetProperty("changes")[0].GetProperty("path").GetString()), Is.EqualTo((false, "model.txt")));
            Assert.That(report.GetProperty("recordedAs").GetString(), Does.StartWith("runs/reproduce@2#"));
            Assert.That((within.Exit, within.Text.Split('\n')[0]), Is.EqualTo((0, "runs/train@1: within tolerance")), within.Error);
            Assert.That(within.Text, Does.Contain("models/m@1: 1 file differs\n"), "its folder is gone by now");
            Assert.That(promoted.Exit, Is.Zero, promoted.Error);
            Assert.That(unknown.Exit, Is.EqualTo(3));
            Assert.That(shown.Text, Does.Match("\n  code     [0-9a-f]{40} "));
        }
    }

    private async Task ScriptAsync(string script)
    {
        using Process process = _vers.StartScript(script);
        Run run = await Vers.FinishAsync(process);
        Assert.That(run.Exit, Is.Zero, run.Text + run.Error);
    }
}
