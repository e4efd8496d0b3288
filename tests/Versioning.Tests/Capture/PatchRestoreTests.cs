using System.Text;
using NUnit.Framework;
using Versioning.Capture;
using Versioning.Tests.Files;

namespace Versioning.Tests.Capture;

[TestFixture, Platform("Linux")]
internal sealed class PatchRestoreTests
{
    private PatchFixture _code = null!;
    private string _clone = null!;

    [SetUp]
    public void SetUp()
    {
        _code = new PatchFixture();
        _code.Add("file", "a\n");
        _code.Run("ln -s .. up");
        _code.Commit();
        _clone = _code.Clone("HEAD");
    }

    [TearDown]
    public void TearDown() => _code.Dispose();

    [TestCase("../outside", TestName = "{m}(parent)")]
    [TestCase("below/../../outside", TestName = "{m}(parent within)")]
    [TestCase("/tmp/outside-of-all", TestName = "{m}(absolute)")]
    [TestCase(".git/hooks/post-checkout", TestName = "{m}(hooks)")]
    [TestCase(".GIT/hooks/post-checkout", TestName = "{m}(hooks in capitals)")]
    [TestCase("up/outside", TestName = "{m}(through a link of the commit)")]
    public void Apply_PathThatLeavesTheFolder_IsRefused(string path) => AssertRefused(New(path, "100644", "evil"));

    [Test]
    public void Apply_PathThroughALinkOfThePatch_IsRefused() => AssertRefused(New("out", "120000", "..") + New("out/outside", "100644", "evil"));

    [Test]
    public void Apply_ToAnotherCommit_IsRefusedAndChangesNothing()
    {
        _code.Add("file", "b\n");
        PatchResult taken = _code.Take();
        File.WriteAllText(Path.Join(_clone, "file"), "c\n");
        VersioningException changed = Assert.Throws<VersioningException>(() => PatchRestore.Apply(_clone, taken.Patch))!;
        Assert.That(changed.Code, Is.EqualTo("checkout_changed"));

        _code.Run($"git -C {_clone} -c user.name=a -c user.email=a commit -qam other");
        VersioningException refused = Assert.Throws<VersioningException>(() => PatchRestore.Apply(_clone, taken.Patch))!;
        Assert.That(refused.Code, Is.EqualTo("code_patch_refused"));
        Assert.That(refused.Message, Does.Contain("file"));
        Assert.That(refused.Hint, Is.Not.Null);
        Assert.That(File.ReadAllText(Path.Join(_clone, "file")), Is.EqualTo("c\n"));
    }

    [Test]
    public void Apply_WhereNoCheckoutBegins_IsRefused()
    {
        using var plain = new TemporaryFolder();
        string below = Directory.CreateDirectory(Path.Join(_clone, "below")).FullName;
        foreach (string folder in (string[])[plain.Path, below, Path.Join(plain.Path, "missing")])
        {
            VersioningException e = Assert.Throws<VersioningException>(() => PatchRestore.Apply(folder, Encoding.UTF8.GetBytes(New("x", "100644", "x"))))!;
            Assert.That(e.Code, Is.EqualTo("checkout_missing"));
        }
    }

    [Test]
    public void Apply_NoPatchAtAll_IsRefused() => AssertRefused("nothing of the kind\n");

    [Test]
    public void Apply_EmptyPatch_DoesNothing() => Assert.That(() => PatchRestore.Apply(_clone, default), Throws.Nothing);

    private static string New(string path, string mode, string line) =>
        $"diff --git a/{path} b/{path}\nnew file mode {mode}\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+{line}\n\\ No newline at end of file\n";

    private void AssertRefused(string patch)
    {
        string before = _code.Run("find .. -not -path '*/.git/*' | sort; ls ../clone*/.git/hooks; ls /tmp/outside-of-all 2>/dev/null; true");
        VersioningException e = Assert.Throws<VersioningException>(() => PatchRestore.Apply(_clone, Encoding.UTF8.GetBytes(patch)))!;
        Assert.That(e.Code, Is.EqualTo("code_patch_refused"));
        Assert.That(_code.Run("find .. -not -path '*/.git/*' | sort; ls ../clone*/.git/hooks; ls /tmp/outside-of-all 2>/dev/null; true"), Is.EqualTo(before));
    }
}
