using System.Diagnostics;

namespace Versioning.EndToEnd.Tests;

/// <summary>What the README shows works as it stands there.</summary>
public sealed class ReadmeTests
{
    private const string Before = """
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Threading.Tasks;
        using Versioning;

        List<string> trained = [];
        void Train(string path, ReadOnlyMemory<byte> content) => trained.Add($"{path} {content.Length}");

        """;

    private const string After = """

        Console.WriteLine(string.Join(',', trained));
        Console.WriteLine(File.ReadAllText("model/weights.bin"));
        Console.WriteLine(file.Length);
        await Workspace.Open().PinAsync(store, "models/churn@production");

        """;

    private const string End = """

        Console.WriteLine(File.ReadAllText(folder.PathOf("weights.bin")) + weights.Length);
        """;

    private Vers _vers = null!;

    [SetUp]
    public void MakeData()
    {
        _vers = new Vers();
        _vers.Write("data/churn/train/a.csv", "id,churned\n1,0\n");
        _vers.Write("data/churn/train/part-0007.parquet", "parquet");
        _vers.Write("data/churn/train/deep/b.jpg", "jpeg!");
        _vers.Write("out/weights.bin", "weights");
    }

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    [Platform("Linux,MacOsX")]
    public async Task The_commands_run_in_their_order()
    {
        // Between October and November something changes; Python need not be there.
        const string November = "vers commit datasets/churn ./data/churn -m \"November\"";
        string script = Block("## On the command line", "").Replace(November, $"echo 2,1 >> data/churn/train/a.csv\n{November}", StringComparison.Ordinal)
            .Replace("python train.py", "sh train.sh", StringComparison.Ordinal);
        _vers.Write("train.sh", "echo better > out/weights.bin\necho '{ \"auc\": 0.94 }' > metrics.json\n");
        Run run = await Vers.FinishAsync(_vers.StartScript($"set -e\n{script}"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Exit, Is.Zero, run.Text + run.Error);
            Assert.That(await File.ReadAllTextAsync(_vers.At("model/weights.bin")), Is.EqualTo("weights"));
            Assert.That(run.Text, Does.Contain("M\ttrain/a.csv").And.Contain("id,churned\n1,0\n").And.Contain("sound").And.Contain("@production"));
        }
    }

    [Test]
    public async Task The_code_compiles_and_runs()
    {
        foreach (string library in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll"))
        {
            File.Copy(library, _vers.At(Path.GetFileName(library)));
        }

        _vers.Write("readme.cs", Before + Block("## In C#", "csharp") + After + Block("## Exact versions", "csharp") + End);
        _vers.Write("versions.json", """{ "store": "store" }""");
        _vers.Write("readme.runtimeconfig.json", """{ "runtimeOptions": { "framework": { "name": "Microsoft.NETCore.App", "version": "10.0.0" }, "configProperties": { "System.Globalization.Invariant": true } } }""");
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<string> references = Directory.EnumerateFiles(framework, "System*.dll").Append(_vers.At("Versioning.dll"))
            .Where(path => !path.Contains(".Native", StringComparison.Ordinal));
        Run compiled = await DotnetAsync([Compiler(), "-nologo", "-nullable", "-langversion:14", "-out:readme.dll", .. references.Select(path => $"-r:{path}"), "readme.cs"]);
        Assert.That(compiled.Exit, Is.Zero, compiled.Text);
        Run run = await DotnetAsync(["readme.dll"]);
        Assert.That((run.Exit, run.Text.ReplaceLineEndings("\n")), Is.EqualTo((0, "train/deep/b.jpg 5\nweights\n7\nweights7\n")), run.Error);
    }

    private async Task<Run> DotnetAsync(string[] arguments)
    {
        using Process process = _vers.Start("dotnet", arguments);
        return await Vers.FinishAsync(process);
    }

    /// <summary>The compiler of the SDK that runs this.</summary>
    private static string Compiler()
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        return Directory.EnumerateDirectories(Path.Combine(root, "sdk")).Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll")).Where(File.Exists).Max()!;
    }

    private static string Block(string heading, string language) => Document.Block("README.md", heading, language);
}
