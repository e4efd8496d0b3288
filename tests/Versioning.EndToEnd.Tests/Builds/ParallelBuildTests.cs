namespace Versioning.EndToEnd.Tests.Builds;

/// <summary>Ten projects that share pins, built at the same time on a machine that has nothing yet.</summary>
public sealed class ParallelBuildTests
{
    private const int Projects = 10, Files = 60;
    private const string Out = "bin/Debug/net10.0", Restored = "obj/Debug/net10.0/.versioned";

    private BuildFolder _folder = null!;

    [OneTimeSetUp]
    public async Task MakeProjects()
    {
        _folder = new BuildFolder();
        Vers vers = _folder.Vers;
        byte[] weights = new byte[3_000_000];
        new Random(1).NextBytes(weights);
        vers.Write("data/weights.bin", weights);
        vers.Write("model/bias.bin", "bias");
        for (int i = 0; i < Files; i++)
        {
            vers.Write($"data/{i % 7}/{i}.csv", $"id\n{i}\n");
        }

        await vers.OkAsync("init");
        await vers.OkAsync("commit", "models/churn", "model");
        await vers.OkAsync("commit", "datasets/reviews", "data");
        await vers.OkAsync("pin", "models/churn");
        await vers.OkAsync("pin", "datasets/reviews");
        foreach (string project in Names())
        {
            // The second pin costs a process more for each.
            string model = project is "p1" or "p2" ? """<VersionedModel Include="models/churn" />""" : "";
            _folder.DataProject($"{project}/{project}.csproj", $"""<VersionedData Include="datasets/reviews" />{model}""");
        }

        vers.Write("ten.slnx", $"<Solution>{string.Concat(Names().Select(name => $"""<Project Path="{name}/{name}.csproj" />"""))}</Solution>");
        await _folder.OkAsync("", "restore", "ten.slnx", "-nodeReuse:false");
    }

    [OneTimeTearDown]
    public void Remove() => _folder?.Dispose();

    [SetUp]
    public void ForgetEverything()
    {
        Delete("cache");
        foreach (string name in Names())
        {
            Delete($"{name}/bin");
            Delete($"{name}/{Restored}");
        }
    }

    [Test]
    public async Task Solution_WithAColdCache_GivesEachProjectItsFiles()
    {
        await _folder.BuildAsync("", "ten.slnx", "-m:4");
        await AssertAllAsync(Out, Out);
    }

    [Test]
    public async Task Processes_SideBySide_WithAColdCache_GiveEachProjectItsFiles()
    {
        await Task.WhenAll(Names().Select(name => _folder.BuildAsync(name, "-t:VersioningRestore", "-m:1")));
        await AssertAllAsync($"{Restored}/datasets+reviews/files", $"{Restored}/models+churn/files");
    }

    private async Task AssertAllAsync(string data, string model)
    {
        byte[] weights = await File.ReadAllBytesAsync(_folder.Vers.At("data/weights.bin"));
        using (Assert.EnterMultipleScope())
        {
            foreach (string name in Names())
            {
                string folder = $"{name}/{data}/datasets/reviews";
                Assert.That(await File.ReadAllBytesAsync(_folder.Vers.At($"{folder}/weights.bin")), Is.EqualTo(weights), name);
                Assert.That(Enumerable.Range(0, Files).Select(i => _folder.Read($"{folder}/{i % 7}/{i}.csv")), Is.EqualTo(Enumerable.Range(0, Files).Select(i => $"id\n{i}\n")), name);
            }

            Assert.That((_folder.Read($"p1/{model}/models/churn/bias.bin"), _folder.Read($"p2/{model}/models/churn/bias.bin")), Is.EqualTo(("bias", "bias")));

            // Each file once, whoever brought it.
            await _folder.Vers.OkAsync("cache", "verify");
            Assert.That(Directory.GetFiles(_folder.Vers.At("cache/content"), "*", SearchOption.AllDirectories).Count(file => Path.GetFileName(file).Length >= 32), Is.EqualTo(Files + 2));
        }
    }

    private void Delete(string folder)
    {
        if (Directory.Exists(_folder.Vers.At(folder)))
        {
            Directory.Delete(_folder.Vers.At(folder), recursive: true);
        }
    }

    private static IEnumerable<string> Names() => Enumerable.Range(1, Projects).Select(i => $"p{i}");
}
