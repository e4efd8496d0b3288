namespace Versioning.EndToEnd.Tests.Builds;

/// <summary>The package in projects: built once, all at the same time, and looked at from every side.</summary>
public sealed class BuildTests
{
    /// <summary>A tool that is not there: a build that starts no process does not miss it.</summary>
    private const string NoTool = "-p:VersioningToolPath=/nowhere/vers.dll";

    private const string Out = "bin/Debug/net10.0", Restored = "obj/Debug/net10.0/.versioned";

    private BuildFolder _folder = null!;
    private string _first = "";

    // Each test that takes something away puts it back.
    [OneTimeSetUp]
    public async Task BuildAll()
    {
        _folder = new BuildFolder();
        Vers vers = _folder.Vers;
        vers.Write("data/train/a.csv", "id\n1\n");
        vers.Write("data/test/b.csv", "id\n2\n");
        vers.Write("model/weights.bin", "weights");
        vers.Write("model/deep/bias.bin", "bias");
        await vers.OkAsync("init");
        await vers.OkAsync("commit", "datasets/reviews", "data");
        await vers.OkAsync("commit", "models/churn", "model");
        await vers.OkAsync("pin", "datasets/reviews");
        await vers.OkAsync("pin", "models/churn");

        vers.Write("App/App.csproj", Document.Block("docs/msbuild.md", "# In builds", "xml"));
        vers.Write("App/Program.cs", Document.Block("docs/msbuild.md", "# In builds", "csharp"));
        _folder.Library("lib/lib.csproj", """<VersionedData Include="datasets/reviews" />""", "net10.0;netstandard2.0");
        vers.Write("top/top.csproj", """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><ProjectReference Include="../lib/lib.csproj" /></ItemGroup></Project>""");
        vers.Write("readme/readme.csproj", $"""<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>{Document.Block("README.md", "## Exact versions", "xml")}</Project>""");
        vers.Write("readme/Model.cs", $$"""using System; using System.IO; using readme; class Model { static string Place() { {{Document.Block("README.md", "In a build", "csharp")}} return weights; } }""");
        _folder.Library("many/many.csproj", """
                <VersionedModel Include="models/churn" Link="." Condition="'$(WithoutModel)' == ''" />
                <None Include="../model/deep/bias.bin" Link="deep/bias.bin" CopyToOutputDirectory="PreserveNewest" Condition="'$(WithoutModel)' != ''" />
                <VersionedData Include="datasets/reviews" CopyToOutputDirectory="Never" />
                </ItemGroup>
                <Target Name="Show" DependsOnTargets="VersioningListFiles"><Message Importance="high" Text="has @(VersionedFile->'%(Pin) as %(TargetPath)', ', ')" /></Target>
                <ItemGroup>
                """);

        string[] all = ["App/App.csproj", "lib/lib.csproj", "top/top.csproj", "many/many.csproj", "readme/readme.csproj"];
        vers.Write("all.slnx", $"<Solution>{string.Concat(all.Select(p => $"""<Project Path="{p}" />"""))}</Solution>");
        _first = await _folder.OkAsync("", "build", "all.slnx", "-m:3", "-nodeReuse:false");
    }

    [OneTimeTearDown]
    public void Remove() => _folder?.Dispose();

    [Test]
    public async Task Application_FindsItsFiles_AndTheirVersionInCode()
    {
        string said = await _folder.OkAsync("", _folder.Vers.At($"App/{Out}/App.dll"));
        Assert.That(said.ReplaceLineEndings("\n"), Is.EqualTo("models/churn 1: 7 bytes\nid\n1\n\n"));
        Assert.That(_folder.Read($"readme/{Out}/models/churn/weights.bin"), Is.EqualTo("weights"));
        Assert.That(_first, Does.Contain("models/churn@1 · 2 files"));
    }

    [Test]
    public void Files_AreLinked_NotCopied()
    {
        using var _ = Assert.EnterMultipleScope();
        foreach (string path in (string[])[$"App/{Out}/models/churn/weights.bin", $"many/{Out}/weights.bin", $"top/{Out}/datasets/reviews/train/a.csv"])
        {
            Assert.That(Links(path), Is.GreaterThan(1), path);
        }

        foreach (string file in Directory.EnumerateFiles(_folder.Vers.At("cache/content"), "*", SearchOption.AllDirectories))
        {
            Assert.That(File.GetAttributes(file).HasFlag(FileAttributes.ReadOnly), file);
        }
    }

    [Test]
    public void Library_HasThemForEachFramework_AndHandsThemOn()
    {
        using var _ = Assert.EnterMultipleScope();
        foreach (string folder in (string[])[$"lib/{Out}", "lib/bin/Debug/netstandard2.0", $"top/{Out}"])
        {
            Assert.That(_folder.Has($"{folder}/datasets/reviews/train/a.csv"), folder);
        }
    }

    [Test]
    public void File_ThatIsNotCopied_IsRestoredAllTheSame()
    {
        Assert.That(_folder.Has($"many/{Restored}/datasets+reviews/files/datasets/reviews/train/a.csv"));
        Assert.That(Directory.Exists(_folder.Vers.At($"many/{Out}/datasets")), Is.False);
    }

    [Test]
    public async Task SecondBuild_StartsNoProcess_UntilAFileIsGone()
    {
        await _folder.BuildAsync("App", NoTool);
        File.Delete(_folder.Vers.At($"App/{Restored}/models+churn/files/models/churn/deep/bias.bin"));
        Assert.That(await _folder.FailAsync("App", null, NoTool), Does.Contain("/nowhere/vers.dll"));
        await _folder.BuildAsync("App");
        Assert.That(_folder.Read($"App/{Restored}/models+churn/files/models/churn/deep/bias.bin"), Is.EqualTo("bias"));
    }

    [Test]
    public async Task Output_ThatMissesOrHasOtherFiles_IsPutRight_WithoutAProcess()
    {
        string changed = _folder.Vers.At($"many/{Out}/weights.bin"), mine = _folder.Vers.At($"many/{Out}/mine.bin");
        File.Delete(changed);
        File.WriteAllText(changed, "garbage");
        File.WriteAllText(mine, "mine");
        File.Delete(_folder.Vers.At($"many/{Out}/deep/bias.bin"));
        await _folder.BuildAsync("many", NoTool);
        Assert.That((_folder.Read($"many/{Out}/weights.bin"), _folder.Read($"many/{Out}/deep/bias.bin"), _folder.Has($"many/{Out}/mine.bin")), Is.EqualTo(("weights", "bias", true)));

        // What a project no longer names leaves the output, and nothing else does; content may take its place, and give it back.
        await _folder.BuildAsync("many", NoTool, "-p:WithoutModel=true");
        Assert.That((_folder.Has($"many/{Out}/weights.bin"), _folder.Read($"many/{Out}/deep/bias.bin"), _folder.Has($"many/{Out}/mine.bin")), Is.EqualTo((false, "bias", true)));
        Assert.That(Links($"many/{Out}/deep/bias.bin"), Is.EqualTo(1));
        await _folder.BuildAsync("many", NoTool);
        Assert.That((_folder.Read($"many/{Out}/weights.bin"), _folder.Read($"many/{Out}/deep/bias.bin")), Is.EqualTo(("weights", "bias")));
        Assert.That(Links($"many/{Out}/deep/bias.bin"), Is.GreaterThan(1));
    }

    [Test]
    public async Task Publish_HasTheFiles_OfReferencedProjectsToo()
    {
        await _folder.OkAsync("App", "publish", "--no-restore", "-c", "Debug", "-nodeReuse:false", "-o", _folder.Vers.At("published"));
        await _folder.OkAsync("top", "publish", "--no-restore", "-c", "Debug", "-nodeReuse:false", "-o", _folder.Vers.At("published-top"));
        using var _ = Assert.EnterMultipleScope();
        Assert.That(_folder.Read("published/models/churn/weights.bin"), Is.EqualTo("weights"));
        Assert.That(_folder.Has("published/reviews/test/b.csv"));
        Assert.That(Links("published/models/churn/weights.bin"), Is.GreaterThan(1));
        Assert.That(_folder.Has("published-top/datasets/reviews/train/a.csv"));
    }

    [Test]
    public async Task Clean_TakesAwayWhatWasRestored_AndABuildBringsItBack()
    {
        await _folder.OkAsync("many", "clean", "-nodeReuse:false");
        Assert.That((_folder.Has($"many/{Out}/weights.bin"), _folder.Has($"many/{Out}/deep/bias.bin"), Directory.Exists(_folder.Vers.At($"many/{Restored}"))), Is.EqualTo((false, false, false)));
        string said = await _folder.BuildAsync("many", "-t:Build;Show");
        Assert.That(said, Does.Contain("has models/churn as deep/bias.bin, models/churn as weights.bin, datasets/reviews as datasets/reviews/test/b.csv, datasets/reviews as datasets/reviews/train/a.csv"));
        Assert.That(_folder.Read($"many/{Out}/weights.bin"), Is.EqualTo("weights"));
    }

    [Test]
    public async Task DesignTimeAndSkippedBuilds_StartNoProcess()
    {
        Directory.Delete(_folder.Vers.At($"readme/{Restored}"), recursive: true);
        await _folder.BuildAsync("readme", "-t:AssignTargetPaths", "-p:DesignTimeBuild=true", NoTool);
        await _folder.BuildAsync("readme", "-t:AssignTargetPaths", "-p:VersioningSkip=true", NoTool);
        Assert.That(await _folder.FailAsync("readme", null, "-t:AssignTargetPaths", NoTool), Does.Contain("/nowhere/vers.dll").And.Contain("readme.csproj : error VERS0001"));
        await _folder.BuildAsync("readme");
    }

    /// <summary>How many names a file has.</summary>
    private int Links(string path)
    {
        using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%h", _folder.Vers.At(path)]) { RedirectStandardOutput = true })!;
        return int.Parse(stat.StandardOutput.ReadToEnd(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
