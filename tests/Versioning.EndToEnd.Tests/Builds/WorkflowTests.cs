using YamlDotNet.RepresentationModel;
using static Versioning.EndToEnd.Tests.Yaml;

namespace Versioning.EndToEnd.Tests.Builds;

/// <summary>docs/examples/github-actions.yml does what it says: its commands run, its cache is the tool's.</summary>
[Platform("Linux,MacOsX")]
public sealed class WorkflowTests
{
    private const string Example = "docs/examples/github-actions.yml";

    // The tool is the one of these tests, not one that a manifest names.
    private const string Dotnet = """
        dotnet() {
          case "$1 $2" in
            'tool restore') ;;
            'vers '*) shift; vers "$@" ;;
            'build '*) command dotnet "$@" -nodeReuse:false ;;
            *) command dotnet "$@" ;;
          esac
        }

        """;

    private static readonly YamlSequenceNode Steps = (YamlSequenceNode)Parse(Document.Text(Example))["jobs"]["build"]["steps"];

    [Test]
    public async Task Commands_InAFreshCheckout_BuildWithTheLockedVersions()
    {
        using var folder = new BuildFolder();
        folder.Vers.Write("model/weights.bin", "weights");
        folder.Vers.Write("data/train/a.csv", "id\n1\n");
        await folder.Vers.OkAsync("init");
        await folder.Vers.OkAsync("commit", "models/churn", "model");
        await folder.Vers.OkAsync("commit", "datasets/reviews", "data");
        await folder.Vers.OkAsync("pin", "models/churn");
        await folder.Vers.OkAsync("pin", "datasets/reviews", "in/reviews");
        folder.Vers.Write("App.csproj", Document.Block("docs/msbuild.md", "# In builds", "xml"));
        folder.Vers.Write("Program.cs", Document.Block("docs/msbuild.md", "# In builds", "csharp"));
        Directory.Delete(folder.Vers.At("cache"), recursive: true);

        string script = string.Join('\n', Steps.Where(step => HasKey(step, "run")).Select(step => Text(step["run"])));
        Run run = await Vers.FinishAsync(folder.Vers.StartScript($"set -e\n{Dotnet}{script}"));
        Assert.That(run.Exit, Is.Zero, run.Text + run.Error);
        Assert.That((folder.Read("bin/Release/net10.0/models/churn/weights.bin"), folder.Read("in/reviews/train/a.csv")), Is.EqualTo(("weights", "id\n1\n")));
    }

    [Test]
    public async Task Cache_IsTheFolderThatTheToolUses()
    {
        YamlNode with = Steps.Single(step => HasKey(step, "uses") && Text(step["uses"]).StartsWith("actions/cache@", StringComparison.Ordinal))["with"];
        using var vers = new Vers();
        Run show = await Vers.FinishAsync(vers.StartScript("unset VERSIONING_CACHE XDG_CACHE_HOME\nHOME=$PWD vers cache show --json"));
        string folder = Path.GetRelativePath(vers.Folder, show.Json.GetProperty("folder").GetString()!);
        Assert.That(Text(with["path"]).Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Member($"~/{folder}"));
        Assert.That(Text(with["key"]), Does.StartWith(Text(with["restore-keys"])).And.EndsWith("${{ hashFiles('**/versions.lock') }}"));
    }

    [TestCase("docs/msbuild.md", "## On a build server")]
    [TestCase("README.md", "In CI")]
    public void Documents_ShowStepsOfTheExample(string document, string heading)
    {
        var shown = (YamlSequenceNode)Parse(Document.Block(document, heading, "yaml"));
        foreach (YamlNode step in shown)
        {
            Assert.That(Steps.Any(other => Shows(step, other)), $"{step}");
        }
    }

    /// <summary>Whether a step says nothing that the other does not say, in a list at least a line of it.</summary>
    private static bool Shows(YamlNode step, YamlNode other) => (step, other) switch
    {
        (YamlMappingNode few, YamlMappingNode many) => few.All(pair => many.Children.TryGetValue(pair.Key, out YamlNode? value) && Shows(pair.Value, value)),
        _ => Text(step).Split('\n').All(line => Text(other).Split('\n').Contains(line)),
    };
}
