using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using Versioning.Pipelines.Defining;
using Versioning.Pipelines.Planning;
using Versioning.Workspaces;

namespace Versioning.Pipelines.Tests.Planning;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal sealed class CodeFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestCase(false)]
    [TestCase(true)]
    public void Find_TakesWhatIsCodeAndNothingThatIsMadeOrFetched(bool inGit)
    {
        foreach (string path in (string[])["main.py", "lib/a.py", "lib/deep/b.py", "lib/c.txt", "tool.sh", "obj/gen.py", "out/made.py", "out2/not-made.py", "data/in/x.py", "pins/p.py", "store/packs/q.py", "node_modules/m/z.py"])
        {
            _folder.Write(path, path);
        }

        _folder.Write(".gitignore", "obj/\nnode_modules/\n");
        if (inGit)
        {
            foreach (string command in (string[])["init -q", "add main.py lib"])
            {
                using Process git = Process.Start(new ProcessStartInfo("git", command) { WorkingDirectory = _folder.Root })!;
                git.WaitForExit();
            }
        }

        Assert.That(Find("\"**/*.py\", \"./tool.sh\"").Select(file => file.Path), Is.EqualTo(["lib/a.py", "lib/deep/b.py", "main.py", "out2/not-made.py", "tool.sh"]));
        Assert.That(Find("\"lib\"").Select(file => file.Path), Is.EqualTo(["lib/a.py", "lib/c.txt", "lib/deep/b.py"]));
        Assert.That(Find("\"lib/*.py\"").Single(), Is.EqualTo(new CodeFile("lib/a.py", FileKind.File, Digest.Of("lib/a.py"u8))));
        Assert.That(() => Find("\"out/made.py\""), Throws.TypeOf<VersioningException>().With.Message.Contains("holds versions"));
        Assert.That(() => Find("\"gone.py\""), Throws.TypeOf<NotFoundException>().With.Message.Contains("gone.py"));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "There is no bit to set.")]
    [UnsupportedOSPlatform("windows")]
    public void Find_OfAFileThatMayBeExecuted_OrALink_SaysSo()
    {
        File.SetUnixFileMode(_folder.Write("a.sh", "x"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(_folder.Of("b.sh"), "a.sh");
        Assert.That(Find("\"*.sh\"").Select(file => file.Kind), Is.EqualTo([FileKind.Executable, FileKind.Link]));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Links need rights there.")]
    public void Find_OfANamedFolderThatHasNoCode_IsRefused()
    {
        _folder.Write("lib/a.py", "x");
        _folder.Write("made/cache.bin", "x");
        _folder.Write("other/.git/HEAD", "ref: refs/heads/main\n");
        _folder.Write(".gitignore", "made/\n");
        Directory.CreateDirectory(_folder.Of("empty"));
        Directory.CreateSymbolicLink(_folder.Of("linked"), "lib");
        using (Process git = Process.Start(new ProcessStartInfo("git", "init -q") { WorkingDirectory = _folder.Root })!)
        {
            git.WaitForExit();
        }

        foreach (string folder in (string[])["linked", "empty/", "made"])
        {
            Assert.That(() => Find($"\"lib\", \"{folder}\""), Throws.TypeOf<NotFoundException>().With.Property("Code").EqualTo("code_not_found").And.Message.Contains(folder.TrimEnd('/')), folder);
        }

        Assert.That(Find("\"lib//\", \"./lib/./a.py\"").Single().Path, Is.EqualTo("lib/a.py"), "One file, however it is written.");
    }

    private IReadOnlyList<CodeFile> Find(string files)
    {
        string text = $$"""{ "store": "store", "pins": { "pins": "1" }, "stages": { "s": { "shell": "x", "files": [{{files}}], "inputs": [{ "artifact": "d", "version": "1", "path": "data/in" }], "outputs": { "m": "out" } } } }""";
        PipelineDefinition pipeline = PipelineDefinition.Read(WorkspaceFile.Parse(_folder.Of("versions.json"), Encoding.UTF8.GetBytes(text)));
        return CodeFiles.Find(pipeline, pipeline.Stages[0], CancellationToken.None);
    }
}
