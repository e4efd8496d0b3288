using NUnit.Framework;
using Versioning.Files;

namespace Versioning.Tests.Files;

public sealed class GitCheckoutTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _folder.Run("git", "init", "-q", "-b", "work");
        _folder.Run("git", "config", "user.name", "Ada Example");
        _folder.Run("git", "config", "user.email", "ada@example.org");
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Find_NoCommitYet_IsNull() => Assert.That(GitCheckout.Find(_folder.Path), Is.Null);

    [Test]
    public void Find_NoRepository_IsNull()
    {
        using var plain = new TemporaryFolder();
        Assert.That(GitCheckout.Find(plain.Path), Is.Null);
    }

    [Test]
    public void Find_CleanThenDirty_TellsWhich()
    {
        string commit = Commit();
        _folder.Add("sub/untracked");
        _folder.Run("git", "remote", "add", "origin", "https://user:secret@example.org/team/code.git");
        Assert.That(GitCheckout.Find(Path.Join(_folder.Path, "sub")),
            Is.EqualTo(new CodeCommit("https://example.org/team/code.git", commit, "work", false)));

        string file = _folder.Add("file", "changed");
        Assert.That(GitCheckout.Find(file)!.IsDirty);
    }

    [Test]
    public void Find_DetachedHead_HasNoBranch()
    {
        string commit = Commit();
        _folder.Run("git", "checkout", "-q", "--detach");
        Assert.That(GitCheckout.Find(_folder.Path), Is.EqualTo(new CodeCommit(null, commit, null, false)));
    }

    [Test]
    public void Author_Configured_IsNameAndAddress() =>
        Assert.That(GitCheckout.Author(_folder.Path), Is.EqualTo("Ada Example <ada@example.org>"));

    [TestCase("https://user:token@host/x.git", "https://host/x.git")]
    [TestCase("https://token@host:8443/x", "https://host:8443/x")]
    [TestCase("https://u:p@ss@host/x@y", "https://host/x@y")]
    [TestCase("https://host/x?access_token=1", "https://host/x")]
    [TestCase("ssh://git@host/x", "ssh://host/x")]
    [TestCase("git@host:team/x.git", "git@host:team/x.git")]
    [TestCase("/srv/git/x.git", "/srv/git/x.git")]
    [TestCase("https://user:token@host", "https://host")]
    public void WithoutCredentials_Url_LosesThemOnly(string url, string expected) =>
        Assert.That(GitCheckout.WithoutCredentials(url), Is.EqualTo(expected));

    private string Commit()
    {
        _folder.Add("file", "content");
        _folder.Run("git", "add", "file");
        _folder.Run("git", "commit", "-q", "-m", "first");
        return _folder.Run("git", "rev-parse", "HEAD").Trim();
    }
}
