using System.Runtime.Versioning;
using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>docs/tutorial.md: its commands work in their order, and print what it shows.</summary>
[Platform("Linux,MacOsX")]
[UnsupportedOSPlatform("windows")]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TutorialTests
{
    [Test]
    public void Stage_ThatIsShown_IsOneOfTheExample()
    {
        using var shown = JsonDocument.Parse($"{{{Document.Blocks("docs/tutorial.md", "json").Single()}}}");
        using var example = JsonDocument.Parse(Document.Text("examples/iris/versions.json"));
        JsonProperty stage = shown.RootElement.EnumerateObject().Single();
        Assert.That(JsonElement.DeepEquals(stage.Value, example.RootElement.GetProperty("stages").GetProperty(stage.Name)), $"{example.RootElement}");
    }

    [Test]
    public async Task Commands_InTheirOrder_PrintWhatIsShown()
    {
        using var vers = new Vers();
        vers.Install(author: "Ada");
        foreach (string file in Document.Files("examples/iris").Append("src/Versioning.Tool/Quickstart/iris.csv"))
        {
            vers.Write($"versioning/{file}", Document.Text(file));
        }

        IReadOnlyList<TranscriptStep> steps = Transcript.Read(Document.Blocks("docs/tutorial.md", "console"));
        Run run = await Vers.FinishAsync(vers.Start("bash", ["-c", Transcript.Script(steps)]));
        IReadOnlyList<(string Output, string Exit)> results = Transcript.Split(run.Text);

        Assert.That(results, Has.Count.EqualTo(steps.Count), run.Text);
        var wrong = new List<string>();
        for (int i = 0; i < steps.Count; i++)
        {
            // Where a command is to fail, the next line asks how.
            bool mayFail = i + 1 < steps.Count && steps[i + 1].Command == "echo $?";
            if ((results[i].Exit != "0" && !mayFail) || !steps[i].Shows(results[i].Output))
            {
                wrong.Add($"$ {steps[i].Command}\n{results[i].Output}[{results[i].Exit}] is shown as\n{string.Join('\n', steps[i].Shown)}");
            }
        }

        Assert.That(string.Join("\n\n", wrong), Is.Empty);
    }
}
