using System.Text;
using NUnit.Framework;
using Versioning.Files;

namespace Versioning.Tests.Files;

[TestFixture]
internal sealed class GitCommandTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _folder.Run("git", "init", "-q");
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Run_InputAndSettings_ReachGit()
    {
        var git = new GitCommand(_folder.Path) { Settings = [("filter.a=b.clean", "x"), ("core.abbrev", "7")] };
        Assert.That(Text(git.Run(1000, default, "config", "--get", "filter.a=b.clean")), Is.EqualTo("x\n"));
        Assert.That(Text(git.Run(1000, "hello"u8.ToArray(), "hash-object", "--stdin")), Is.EqualTo("b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0\n"));
    }

    [Test]
    public void Run_LongInputAndOutput_DoNotWaitForEachOther()
    {
        byte[] input = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("path\0", 200_000)));
        GitOutput output = new GitCommand(_folder.Path).Run(100_000_000, input, "check-attr", "-z", "--stdin", "text")!;
        Assert.That(output.Bytes, Has.Length.EqualTo(200_000 * "path\0text\0unspecified\0".Length));
    }

    [Test]
    public void Run_MoreOutputThanIsWanted_EndsGit()
    {
        GitOutput output = new GitCommand(_folder.Path).Run(1000, new byte[1_000_000], "stripspace", "--comment-lines")!;
        Assert.That((output.ExitCode, output.Succeeded), Is.EqualTo((-1, false)));
    }

    [Test]
    public void Run_GitThatDoesNotEnd_IsEndedInTime()
    {
        var git = new GitCommand(_folder.Path) { Limit = TimeSpan.FromMilliseconds(200) };
        Assert.That(git.Run(1000, default, "-c", "alias.wait=!sleep 60", "wait")!.ExitCode, Is.EqualTo(-1));
    }

    [Test]
    public void Run_Failure_TellsCodeAndComplaint()
    {
        GitOutput output = new GitCommand(_folder.Path).Run(1000, default, "rev-parse", "--verify", "missing")!;
        Assert.That(output.ExitCode, Is.EqualTo(128));
        Assert.That(output.Error, Does.StartWith("fatal: "));
    }

    private static string Text(GitOutput? output) => Encoding.UTF8.GetString(output!.Bytes);
}
