using System.Text;
using NUnit.Framework;
using Versioning.Capture;

namespace Versioning.Tests.Capture;

/// <summary>What a patch does not hold, and that it says so.</summary>
[TestFixture, Platform("Linux")]
internal sealed class LeftOutTests
{
    private const string Secret = "hunter2-hunter2";

    private PatchFixture _code = null!;

    [SetUp]
    public void SetUp() => _code = new PatchFixture();

    [TearDown]
    public void TearDown() => _code.Dispose();

    [Test]
    public void SecretFiles_HoweverTheyChanged_AreNamedOnly()
    {
        foreach (string name in (string[])["changed.pem", "deleted.key", "moved-from.pfx", "plain"])
        {
            _code.Add(name, $"{Secret}\nand\nmore\nlines\nof {name}\n");
        }

        _code.Commit();
        _code.Run($"echo {Secret} >> changed.pem; rm deleted.key; mv moved-from.pfx moved-to; mv plain .env; echo {Secret} > staged.p12; git add staged.p12; echo {Secret} > credentials");
        PatchResult taken = _code.Take();
        Assert.That(PatchFixture.Reasons(taken), Is.EqualTo((string[])[
            ".env: SecretFile", "changed.pem: SecretFile", "credentials: SecretFile", "deleted.key: SecretFile", "moved-from.pfx: SecretFile", "staged.p12: SecretFile"]));
        string patch = Encoding.UTF8.GetString(taken.Patch.Span);
        Assert.That(patch, Does.Contain("moved-to").And.Contain("a/plain").And.Not.Contain("pem").And.Not.Contain("staged"));
        PatchRestore.Apply(_code.Clone(taken.Commit), taken.Patch);
    }

    [Test]
    public void SecretContent_InAnyPartOfAChange_IsLeftOut()
    {
        _code.Add("context", $"password = \"{Secret}\"\nx\n");
        _code.Add("removed", $"a\nb\nc\nd\npassword = \"{Secret}\"\n");
        _code.Add("far", $"password = \"{Secret}\"\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        _code.Add("deleted", $"1\n2\n3\n4\npassword = \"{Secret}\"\n");
        _code.Add("renamed", $"password = \"{Secret}\"\n");
        _code.AddBytes("binary", Encoding.ASCII.GetBytes($"\0 npm_{new string('a', 36)}\0"));
        _code.Commit();
        _code.Run($"echo y >> context; sed -i /password/d removed; sed -i s/9/nine/ far; rm deleted; mv renamed other-name; printf '\\0' > binary; echo 'const apiKey = \"{Secret}\";' > new; printf '\\0\\1\\2 sk_live_0123456789abcdef' > new-binary");
        _code.AddBytes("wide.ini", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes($"password={Secret}\r\n")).ToArray());
        _code.Add("settings.yaml", $"password: {Secret}\n");
        _code.Add("fine", "password = getpass()\n");
        PatchResult taken = _code.Take();
        Assert.That(PatchFixture.Reasons(taken), Is.EqualTo((string[])[
            "binary: SecretContent", "context: SecretContent", "deleted: SecretContent", "new: SecretContent",
            "new-binary: SecretContent",
            "removed: SecretContent", "settings.yaml: SecretContent", "wide.ini: SecretContent"]));
        string patch = Encoding.UTF8.GetString(taken.Patch.Span);
        Assert.That(patch, Does.Contain("+nine").And.Contain("rename to other-name").And.Contain("getpass").And.Not.Contain(Secret));
        PatchRestore.Apply(_code.Clone(taken.Commit), taken.Patch);
    }

    [Test]
    public void LineAboveAHunk_IsNotInThePatch()
    {
        _code.Add("file", "heading above\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $" {i}\n")));
        _code.Commit();
        _code.Run("sed -i s/19/nineteen/ file");
        PatchResult taken = _code.TakeAndRestore();
        Assert.That(Encoding.UTF8.GetString(taken.Patch.Span), Does.Contain("+ nineteen").And.Not.Contain("heading"));
    }

    [Test]
    public void SecretContent_OfDeltas_IsFound()
    {
        byte[] content = new byte[20_000];
        new Random(1).NextBytes(content);
        _code.AddBytes("model.bin", content);
        _code.Commit();
        _code.AddBytes("model.bin", [.. content[..10_000], .. Encoding.ASCII.GetBytes("npm_" + string.Concat(Enumerable.Repeat("a1b2", 50))), .. content[10_000..]]);
        PatchResult taken = _code.Take();
        Assert.That(PatchFixture.Reasons(taken), Is.EqualTo((string[])["model.bin: SecretContent"]));
    }

    [Test]
    public void Length_BeyondTheBound_IsLeftOutAndTheRestApplies()
    {
        _code.Add("tracked", "a\n");
        _code.Commit();
        _code.Run("yes long | head -c 200000 > a-long; yes long | head -c 200000 > tracked; echo short > short; yes b | head -c 6000 > b1; yes c | head -c 6000 > b2");
        PatchResult taken = _code.Take(maxBytes: 10_000);
        Assert.That(PatchFixture.Reasons(taken), Is.EqualTo((string[])["a-long: TooLong", "b1: TooLong", "b2: TooLong", "tracked: TooLong"]).Or.EqualTo((string[])["a-long: TooLong", "b2: TooLong", "tracked: TooLong"]));
        Assert.That(taken.Patch.Length, Is.Positive.And.LessThanOrEqualTo(10_000));
        PatchRestore.Apply(_code.Clone(taken.Commit), taken.Patch);
    }

    [Test]
    public void Length_OfZero_LeavesAllOut()
    {
        _code.Add("tracked", "a\n");
        _code.Commit();
        _code.Run("echo b > tracked; echo c > new");
        PatchResult taken = _code.Take(maxBytes: 0);
        Assert.That(taken.Patch.Length, Is.Zero);
        Assert.That(PatchFixture.Reasons(taken), Is.EqualTo((string[])["new: TooLong", "tracked: TooLong"]));
    }

    [Test]
    public void HugeUntrackedFile_IsNotRead()
    {
        _code.Commit();
        _code.Run("truncate -s 1T huge");
        Assert.That(PatchFixture.Reasons(_code.Take()), Is.EqualTo((string[])["huge: TooLong"]));
    }

    [Test]
    public void ManyLeftOut_AreCountedAndTheFirstNamed()
    {
        _code.Commit();
        _code.Run("for i in $(seq 1 1200); do echo x > $i.pem; done");
        PatchResult taken = CodePatch.Take(_code.Folder)!;
        Assert.That(taken.LeftOut, Has.Count.EqualTo(PatchResult.MaxListed));
        Assert.That(taken.LeftOutCount, Is.EqualTo(1200));
    }

    [Test]
    public void Repositories_WithChangesOfTheirOwn_AreNamed()
    {
        _code.Run("git init -q ../part; cd ../part; git config user.name a; git config user.email a; echo 1 > f; git add f; git commit -qm 1");
        _code.Run("for m in moved dirty both clean; do git -c protocol.file.allow=always submodule -q add ../part $m; done; git commit -qm parts");
        _code.Run("""
            for m in moved both; do (cd $m; git config user.name a; git config user.email a; echo 2 > f; git commit -qam 2); done
            echo 3 > dirty/f; echo 3 > both/new; git init -q nested; echo 1 > nested/f
            """);
        PatchResult taken = _code.Take();
        Assert.That(PatchFixture.Reasons(taken), Is.EqualTo((string[])["both: Repository", "dirty: Repository", "nested/: Repository"]));
        Assert.That(Encoding.UTF8.GetString(taken.Patch.Span), Does.Contain("b/moved").And.Contain("+Subproject commit"));
        PatchRestore.Apply(_code.Clone(taken.Commit), taken.Patch);
    }

    [Test]
    public void Programs_OfTheRepository_AreNotRun()
    {
        _code.Add(".gitattributes", "*.big filter=store\n*.cs diff=shown\n");
        _code.Add("a.big", "pointer\n");
        _code.Add("a.cs", "1\n");
        _code.Commit();
        string ran = Path.Join(_code.Folder, "..", "ran");
        _code.Run($"""
            printf '#!/bin/sh\necho "$0" >> "{ran}"\ncat\n' > ../spy; chmod +x ../spy
            for key in filter.store.clean filter.store.smudge filter.store.process diff.shown.command diff.shown.textconv diff.external core.fsmonitor; do git config $key "$PWD/../spy"; done
            git config filter.store.required true; mkdir -p .git/hooks
            for hook in post-index-change pre-applypatch post-checkout fsmonitor-watchman; do cp ../spy .git/hooks/$hook; done
            git -c core.fsmonitor= -c filter.store.clean= -c filter.store.process= -c filter.store.required=false update-index -q --refresh; rm -f ../ran; echo changed > a.big; echo new > new.big; echo 2 > a.cs
            """);
        PatchResult taken = CodePatch.Take(_code.Folder)!;
        Assert.That(PatchFixture.Reasons(taken), Is.EqualTo((string[])["a.big: Filtered", "new.big: Filtered"]));
        Assert.That(Encoding.UTF8.GetString(taken.Patch.Span), Does.Contain("+2"));
        Assert.That(ran, Does.Not.Exist);
    }

    [Test]
    public void Settings_OfTheUser_DoNotChangeTheForm()
    {
        _code.Add("file", "a\n\nb\nc\n");
        _code.Add("moved", "lines\nof\na\nfile\nthat\nmoves\n");
        _code.Commit();
        _code.Run("echo d >> file; mv moved there");
        PatchResult plain = _code.Take();
        _code.Run("""
            for s in diff.noprefix=true diff.mnemonicPrefix=true color.ui=always color.diff=always diff.renames=false diff.context=0 diff.suppressBlankEmpty=true core.quotePath=false \
              core.abbrev=4 diff.wordRegex=. diff.relative=true diff.submodule=log diff.ignoreSubmodules=all core.pager=false core.splitIndex=true apply.whitespace=error; do git config ${s%%=*} ${s#*=}; done
            """);
        Assert.That(_code.Take().Patch.ToArray(), Is.EqualTo(plain.Patch.ToArray()));
    }

    [Test]
    public void LeftOut_WhereAFileWasStagedInItsPlace_KeepsThatOutToo()
    {
        _code.Add("d/y.key", "secret file\n");
        _code.Commit();
        _code.Run("rm -r d; echo 1 > d; git add -A");
        PatchResult taken = _code.Take();
        Assert.That(PatchFixture.Reasons(taken), Is.EqualTo((string[])["d: InTheWay", "d/y.key: SecretFile"]));
        Assert.That(taken.Patch.Length, Is.Zero);
    }

    [Test]
    public void LeftOut_WhereAFolderComesInItsPlace_KeepsThatOutToo()
    {
        _code.Add("x.key", "secret file\n");
        _code.Add("d/y.key", "secret file\n");
        _code.Add("literal", $"password = \"{Secret}\"\n");
        _code.Commit();
        _code.Run("rm x.key literal; rm -r d; mkdir x.key literal; echo 1 > x.key/file; echo 1 > literal/file; echo 1 > d; echo ok > ok");
        PatchResult taken = _code.Take();
        Assert.That(PatchFixture.Reasons(taken), Is.EqualTo((string[])[
            "d: InTheWay", "d/y.key: SecretFile", "literal: SecretContent", "literal/file: InTheWay", "x.key: SecretFile", "x.key/file: InTheWay"]));
        PatchRestore.Apply(_code.Clone(taken.Commit), taken.Patch);
    }
}
