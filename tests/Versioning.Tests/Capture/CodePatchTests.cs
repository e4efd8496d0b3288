using System.Text;
using NUnit.Framework;
using Versioning.Capture;
using Versioning.Tests.Files;

namespace Versioning.Tests.Capture;

[TestFixture, Platform("Linux")]
internal sealed class CodePatchTests
{
    private PatchFixture _code = null!;

    [SetUp]
    public void SetUp() => _code = new PatchFixture();

    [TearDown]
    public void TearDown() => _code.Dispose();

    [Test]
    public void Take_NoCheckout_IsNull()
    {
        using var plain = new TemporaryFolder();
        Assert.That(CodePatch.Take(plain.Path), Is.Null);
        Assert.That(CodePatch.Take(Path.Join(plain.Path, "missing", "file")), Is.Null);
        Assert.That(CodePatch.Take(Path.Join(_code.Folder, ".git")), Is.Null);
    }

    [Test]
    public void Take_NoCommitYet_IsNull()
    {
        _code.Add("file", "content");
        Assert.That(CodePatch.Take(_code.Folder), Is.Null);
    }

    [Test]
    public void Take_WithoutAnIndex_HasWhatLiesThere()
    {
        _code.Add("file", "content");
        _code.Add("gone", "content");
        _code.Commit();
        _code.Run("rm .git/index gone; echo more >> file");
        PatchResult taken = CodePatch.Take(_code.Folder)!;
        string patch = Encoding.UTF8.GetString(taken.Patch.Span);
        Assert.That(patch, Does.Contain("+contentmore").And.Contain("deleted file"));
        PatchRestore.Apply(_code.Clone(taken.Commit), taken.Patch);
        Assert.That(Path.Join(_code.Folder, ".git", "index"), Does.Not.Exist);
    }

    [Test]
    public void Take_CleanCheckout_IsEmptyAndWhole()
    {
        _code.Add("file", "content");
        _code.Commit();
        File.SetLastWriteTimeUtc(Path.Join(_code.Folder, "file"), DateTime.UnixEpoch);
        PatchResult taken = _code.TakeAndRestore();
        Assert.That(taken.Patch.Length, Is.Zero);
        Assert.That(taken.IsWhole);
        Assert.That(taken.Commit, Is.EqualTo(_code.Code("rev-parse HEAD").Trim()));
    }

    [TestCase("sha1")]
    [TestCase("sha256")]
    public void Take_EveryKindOfChange_ComesBack(string format)
    {
        using var code = new PatchFixture(format);
        foreach (string name in (string[])["changed", "deleted", "moved", "mode", "staged", "both", "to-link", "to-folder", "untracked-again", "folder/only", "touched"])
        {
            code.Add(name, $"{name}\nof\nseveral\nlines\nthat are kept\n");
        }

        code.AddBytes("binary", [.. Enumerable.Range(0, 2000).Select(i => (byte)(i * i))]);
        code.AddBytes("binary-deleted", [0, 1, 2]);
        code.Run("ln -s changed link; ln -s changed link-to-file; ln -s changed link-deleted; printf 'no end' > no-end; : > empty-deleted; printf '*.log\\nignored/\\n' > .gitignore");
        code.Commit();
        code.Run("""
            echo more >> changed; rm deleted link-deleted empty-deleted binary-deleted; mkdir new; mv moved new/moved; chmod +x mode; echo more >> no-end
            printf 'a' >> staged; git add staged; printf 'a' >> both; git add both; printf 'b' >> both
            rm to-link; ln -s nowhere to-link; rm to-folder; mkdir to-folder; echo x > to-folder/x; rm -r folder; echo file > folder
            git rm -q --cached untracked-again; ln -sfn deleted link; rm link-to-file; echo file > link-to-file; touch -d 2001-01-01 touched
            : > empty; printf '\0\1' > new-binary; printf 'x' | dd of=binary bs=1 seek=1000 conv=notrunc 2>/dev/null; printf '\r\n\r' > crlf
            ln -s /nowhere/at/all absolute; printf '#!/bin/sh\n' > script; chmod +x script; mkdir ignored; echo no > ignored/no; echo no > no.log; git add -f no.log
            """);
        PatchResult taken = code.TakeAndRestore();
        Assert.That(taken.IsWhole, () => string.Join('\n', PatchFixture.Reasons(taken)));
        string patch = Encoding.Latin1.GetString(taken.Patch.Span);
        Assert.That(patch, Does.Contain("rename to new/moved").And.Contain("no.log").And.Not.Contain("ignored/no"));
    }

    [Test]
    public void Take_UnusualNames_ComeBack()
    {
        string[] names = ["with space", "quo\"te", "new\nline", "tab\t", "back\\slash", "ü/é", "e\u0301", "-rf", ":(glob)*", "*", "a b/c d", "'", "\u0001", "diff --git a b", "b/a"];
        foreach (string name in names)
        {
            _code.Add("old/" + name, name);
        }

        _code.Commit();
        foreach (string name in names)
        {
            _code.Add("old/" + name, name + "\nchanged");
            _code.Add(name, name);
        }

        Assert.That(_code.TakeAndRestore().IsWhole);
    }

    [Test]
    public void Take_ContentThatLooksLikeAPatch_IsOneSection()
    {
        _code.Add("file", "diff --git a/x b/x\nGIT binary patch\nliteral 3\n@@ -1 +1 @@\n-Subproject commit x-dirty\n");
        _code.Add("secret", "x");
        _code.Commit();
        _code.Add("file", "diff --git a/secret b/secret\ndeleted file mode 100644\n\ndiff --git a/x b/x\nGIT binary patch\n");
        _code.Add("other", "-- \ndiff --git a/x b/x");
        Assert.That(_code.TakeAndRestore().IsWhole);
    }

    [Test]
    public void Take_NameThatIsNotUtf8_IsLeftOut()
    {
        _code.Commit();
        _code.Run("printf x > $'a\\xff'");
        Assert.That(PatchFixture.Reasons(_code.Take()), Is.EqualTo((string[])["a\\xff: NotUtf8"]));
    }

    [Test]
    public void Take_ChangeOfTheSameLengthAtOnce_IsSeen()
    {
        // The index may be as young as the file; the copy of it must not be taken for younger.
        for (int i = 0; i < 5; i++)
        {
            _code.Add("file", $"content {i}");
            _code.Commit();
            _code.Add("file", $"CONTENT {i}");
            Assert.That(Encoding.UTF8.GetString(_code.TakeAndRestore().Patch.Span), Does.Contain($"+CONTENT {i}"));
        }
    }

    [Test]
    public void Take_FolderBelow_IsOfTheWholeCheckout()
    {
        _code.Add("file", "a");
        _code.Add("below/file", "a");
        _code.Commit();
        _code.Add("file", "b");
        PatchResult taken = CodePatch.Take(Path.Join(_code.Folder, "below", "file"))!;
        Assert.That(taken.Patch.Span.IndexOf("+b"u8), Is.Positive);
    }

    [Test]
    public void Take_DuringAMerge_HasTheFilesAsTheyLie()
    {
        _code.Add("file", "base\n");
        _code.Add("gone", "base\n");
        _code.Commit();
        _code.Run("git checkout -q -b other; echo theirs > file; echo theirs > gone; git commit -qam theirs; git checkout -q work; echo ours > file; git rm -q gone; git commit -qam ours; git merge -q other > /dev/null; rm -f gone");
        PatchResult taken = _code.TakeAndRestore();
        Assert.That(taken.IsWhole);
        Assert.That(Encoding.UTF8.GetString(taken.Patch.Span), Does.Contain("+<<<<<<< "));
    }

    [Test]
    public void Take_Worktree_IsOfThatOne()
    {
        _code.Add("file", "a");
        _code.Commit();
        _code.Run("git worktree add -q ../tree; echo tree > ../tree/file; echo main > file");
        PatchResult taken = CodePatch.Take(Path.Join(_code.Folder, "..", "tree"))!;
        Assert.That(Encoding.UTF8.GetString(taken.Patch.Span), Does.Contain("+tree").And.Not.Contain("+main"));
    }

    [Test]
    public void Take_SparseCheckout_DoesNotDeleteTheRest()
    {
        _code.Add("in/file", "a");
        _code.Add("out/file", "a");
        _code.Commit();
        _code.Run("git sparse-checkout set --cone --sparse-index in; echo b > in/file; mkdir -p out; echo new > out/new");
        PatchResult taken = _code.Take();
        string patch = Encoding.UTF8.GetString(taken.Patch.Span);
        Assert.That(patch, Does.Contain("b/in/file").And.Contain("b/out/new").And.Not.Contain("out/file"));
    }

    [TestCase("true", "text=auto")]
    [TestCase("input", "text eol=crlf")]
    [TestCase("false", "-text")]
    [TestCase("false", "working-tree-encoding=UTF-16LE")]
    public void Take_LineEndsAndEncodings_ComeBack(string autocrlf, string attribute)
    {
        _code.Code($"config core.autocrlf {autocrlf}; git config core.safecrlf true");
        byte[] Content(string text) => attribute.Contains("UTF-16", StringComparison.Ordinal) ? Encoding.Unicode.GetBytes(text) : Encoding.UTF8.GetBytes(text);
        _code.Add(".gitattributes", $"*.txt {attribute}\n");
        _code.AddBytes("a.txt", Content("a\r\nb\r\nc\r\n"));
        _code.Run("git -c core.safecrlf=false add -A; git commit -qm some");
        _code.AddBytes("a.txt", Content("a\r\nB\r\nc\r\n"));
        _code.AddBytes("new.txt", Content("x\r\ny\r\n"));
        _code.Code("config core.safecrlf false");
        Assert.That(_code.TakeAndRestore().IsWhole);
    }
}
