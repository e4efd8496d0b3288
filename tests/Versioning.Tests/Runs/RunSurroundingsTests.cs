using NUnit.Framework;
using Versioning.Runs;
using Versioning.Tests.Capture;
using Versioning.Tests.Files;

namespace Versioning.Tests.Runs;

[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RunSurroundingsTests : IDisposable
{
    private readonly PatchFixture _code = new();

    public RunSurroundingsTests()
    {
        _code.Add("train.py", "one\n");
        _code.Add(".env", "A=1\n");
        _code.Add(".gitattributes", "*.bin filter=counted\n");
        _code.Add("weights.bin", "weights\n");
        _code.Code("config filter.counted.clean 'echo ran >> ../filtered; tr a-z A-Z'");
        _code.Code("config remote.origin.url https://ada:secret@example.org/code.git");
        _code.Commit();
        File.Delete(Filtered);
    }

    private string Filtered => Path.Join(_code.Folder, "..", "filtered");

    public void Dispose() => _code.Dispose();

    [Test]
    public void Take_CleanCheckout_IsCommitAndBranch()
    {
        RunSurroundings taken = Take();
        Assert.That(taken.Code, Is.EqualTo(new CodeCommit("https://example.org/code.git", _code.Code("rev-parse HEAD").Trim(), "work", false)));
        Assert.That(taken.Patch.IsEmpty);
        _code.Code("checkout -q --detach");
        Assert.That((Take().Code!.Branch, Take().Code!.IsDirty), Is.EqualTo(((string?)null, false)));
    }

    [TestCase("train.py", 1, Description = "in the patch")]
    [TestCase("new.py", 1, Description = "untracked, in the patch")]
    [TestCase(".env", 0, Description = "left out of the patch")]
    public void Take_ChangedCheckout_IsDirty(string path, int patches)
    {
        _code.Add(path, "A=2\n");
        RunSurroundings taken = Take();
        Assert.That((taken.Code!.IsDirty, taken.Code.Branch, taken.Patch.IsEmpty), Is.EqualTo((true, "work", patches == 0)));
    }

    [Test]
    public void Take_FileBehindAFilter_IsDirtyWhereTheFilterSaysSo()
    {
        File.SetLastWriteTimeUtc(Path.Join(_code.Folder, "weights.bin"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.That((Take().Code!.IsDirty, File.Exists(Filtered)), Is.EqualTo((false, true)), "touched");
        _code.Add("weights.bin", "others\n");
        Assert.That(Take().Code!.IsDirty, "changed");
    }

    [Test]
    public void Take_ChangedCheckout_AsksGitOnceWhatDiffers()
    {
        // Git runs filters whenever it looks for changes; for the patch it is told not to.
        _code.Add("weights.bin", "others\n");
        _code.Add("train.py", "two\n");
        Assert.That(Take().Code!.IsDirty);
        Assert.That(Filtered, Does.Not.Exist);
    }

    [Test]
    public void Take_NoCheckoutOrNoWish_HasNoCode()
    {
        using var plain = new TemporaryFolder();
        Assert.That(RunSurroundings.Take(new StartRunOptions { Folder = plain.Path }).Code, Is.Null);
        Assert.That(RunSurroundings.Take(new StartRunOptions { Folder = _code.Folder, RecordCode = false }).Code, Is.Null);
    }

    private RunSurroundings Take() => RunSurroundings.Take(new StartRunOptions { Folder = _code.Folder });
}
