using System.Runtime.Versioning;
using System.Text.Json;
using YamlDotNet.RepresentationModel;
using static Versioning.EndToEnd.Tests.Yaml;

namespace Versioning.EndToEnd.Tests;

/// <summary>.github/workflows/retrain.yml does what it says: its lines run here, with a store on disk and a training that takes no time.</summary>
[Platform("Linux,MacOsX")]
[UnsupportedOSPlatform("windows")]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RetrainTests
{
    private const string OnlyToTrain = "github.event_name != 'pull_request'";

    private static readonly YamlNode Workflow = Parse(Document.Text(".github/workflows/retrain.yml")), Job = Workflow["jobs"]["iris"];

    private static readonly string Folder = Text(Job["defaults"]["run"]["working-directory"]);

    [Test]
    public async Task Steps_AsTheDataMoves_RetrainAndLetThroughWhatIsGoodEnough()
    {
        using var vers = new Vers();
        await using VersionStore store = await MakeAsync(vers);
        await DataAsync(vers, store, "0.95");

        Run asked = await StepsAsync(vers, "pull_request");
        Assert.That((asked.Exit, await store.ListArtifactsAsync().CountAsync()), Is.EqualTo((0, 1)), asked.Text);
        Assert.That(await File.ReadAllTextAsync(vers.At("summary.md")), Is.EqualTo("    train\tstale\tno run has succeeded\n"));

        Run first = await StepsAsync(vers, "push");
        ArtifactVersion model = await store.ResolveAsync("models/iris@production"), run = await store.ResolveAsync("runs/train");
        Assert.That((first.Exit, model.Number), Is.EqualTo((0, 1)), first.Text);
        Assert.That((run.Author.Split(' ')[0], run.Message), Is.EqualTo(("github-actions", "https://github.example/o/r/actions/runs/7")));

        await store.SetPolicyAsync("models/iris", "production", ["metric.accuracy >= 0.9"]);
        await DataAsync(vers, store, "0.70");
        Run refused = await StepsAsync(vers, "push");
        Assert.That(refused.Exit, Is.Not.Zero, refused.Text);
        Assert.That(refused.Text, Does.Contain("metric.accuracy (0.7)").And.Contain("\n::error title=Not promoted::models/iris@2#"));
        Assert.That(await File.ReadAllTextAsync(vers.At("summary.md")), Does.Contain("| metrics | accuracy | 0.95 | 0.7 (-0.25) |"));
        Assert.That((await store.ResolveAsync("models/iris@production")).Number, Is.EqualTo(1));

        await DataAsync(vers, store, "0.96");
        Assert.That((await StepsAsync(vers, "schedule")).Exit, Is.Zero);
        Assert.That((await store.ResolveAsync("models/iris@production")).Number, Is.EqualTo(3));

        await store.RollBackAliasAsync("models/iris", "production");
        Run next = await StepsAsync(vers, "schedule");
        Assert.That((next.Exit, (await store.ResolveAsync("models/iris@production")).Number), Is.EqualTo((0, 1)), "Somebody rolled back.");
        Assert.That(next.Text, Does.Contain("is in production, or was."));
    }

    [Test]
    public void Workflow_IsOfTheExampleAndMayDoLittle()
    {
        using JsonDocument example = JsonDocument.Parse(Document.Text($"{Folder}/versions.json"));
        Assert.That(example.RootElement.GetProperty("stages").EnumerateObject().SelectMany(stage => stage.Value.GetProperty("outputs").EnumerateObject()).Select(made => made.Name), Has.Member("models/iris"));
        Assert.That(example.RootElement.TryGetProperty("store", out _), Is.False, "The repository's settings name it.");
        Assert.That(((YamlMappingNode)Workflow["permissions"]).Children.Select(pair => $"{pair.Key}: {pair.Value}"), Is.EqualTo(new[] { "contents: read" }));
        Assert.That(Text(Job["if"]), Does.StartWith("vars.VERSIONING_STORE != '' && ("));
        Assert.That(Text(Job["env"]["VERSIONING_STORE"]), Is.EqualTo("${{ vars.VERSIONING_STORE }}"));
        Assert.That(((YamlSequenceNode)Job["steps"]).Where(step => HasKey(step, "run")).Select(step => Text(step["run"])), Has.None.Contain("${{"), "What others write is never part of a script.");
    }

    private static async Task<VersionStore> MakeAsync(Vers vers)
    {
        vers.Install(author: "Ada");
        vers.Variables["VERSIONING_STORE"] = vers.At("store");
        vers.Variables["GITHUB_STEP_SUMMARY"] = vers.At("summary.md");
        vers.Variables["RUNNER_TEMP"] = Directory.CreateDirectory(vers.At("runner")).FullName;
        vers.Variables["GITHUB_SERVER_URL"] = "https://github.example";
        vers.Variables["GITHUB_REPOSITORY"] = "o/r";
        vers.Variables["GITHUB_RUN_ID"] = "7";
        vers.Write($"checkout/{Folder}/.gitignore", Document.Text($"{Folder}/.gitignore"));
        vers.Write($"checkout/{Folder}/versions.json", """
            { "stages": { "train": {
              "shell": "mkdir -p build/model && cp ${input:datasets/iris}/accuracy build/model/ && echo \"{ \\\"accuracy\\\": $(cat build/model/accuracy) }\" > build/metrics.json",
              "inputs": ["datasets/iris@latest"], "outputs": { "models/iris": "build/model" }, "metrics": "build/metrics.json"
            } } }
            """);
        Run git = await Vers.FinishAsync(vers.Start("sh", ["-c", "git init -q && git add . && git commit -qm some"], "checkout"));
        Assert.That(git.Exit, Is.Zero, git.Error);

        return await VersionStore.CreateAsync(vers.At("store"));
    }

    private static Task<CommitResult> DataAsync(Vers vers, VersionStore store, string accuracy) =>
        store.CommitAsync("datasets/iris", Path.GetDirectoryName(vers.Write("data/accuracy", accuracy))!);

    /// <summary>What the job does on an event, each step in a shell of its own, as there; the tool is in PATH already.</summary>
    private static async Task<Run> StepsAsync(Vers vers, string @event)
    {
        File.Delete(vers.At("summary.md"));
        string printed = "";
        foreach (YamlNode step in ((YamlSequenceNode)Job["steps"]).Where(step => HasKey(step, "run") && Text(step["name"]) != "Build vers"))
        {
            string condition = HasKey(step, "if") ? Text(step["if"]) : "";
            Assert.That(condition, Is.AnyOf("", OnlyToTrain));
            if (condition == OnlyToTrain && @event == "pull_request")
            {
                continue;
            }

            Run run = await Vers.FinishAsync(vers.Start("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", Text(step["run"])], $"checkout/{Folder}"));
            printed += run.Text + run.Error;
            if (run.Exit != 0)
            {
                return run with { Out = System.Text.Encoding.UTF8.GetBytes(printed) };
            }
        }

        return new Run(0, System.Text.Encoding.UTF8.GetBytes(printed), "");
    }
}
