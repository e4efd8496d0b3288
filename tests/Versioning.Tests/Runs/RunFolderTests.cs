using NUnit.Framework;
using Versioning.Journal;
using Versioning.Runs;
using Versioning.Tests.Store;

namespace Versioning.Tests.Runs;

/// <summary>What runs leave on a machine, and what others do with it meanwhile.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal sealed class RunFolderTests : IDisposable
{
    private const string Store = "store";

    private readonly TempFolder _folder = new();

    private string Cache => _folder.Of("cache");

    private IEnumerable<string> Left => Directory.GetDirectories(Path.Join(Cache, RunFolder.FolderName, Store));

    public void Dispose() => _folder.Dispose();

    [Test]
    public void Abandoned_OneThatIsAboutToStart_IsNot()
    {
        (UInt128 id, RunFolder starting) = RunFolder.Begin(Cache, Store);
        using (starting)
        {
            Assert.That(RunFolder.Abandoned(Cache, Store), Is.Empty);
            Assert.That(RunFolder.IsHeld(Cache, Store, RunText.Of(id)), Is.True);
        }
    }

    [Test]
    public void RemoveAbandoned_OfOneThatDied_LeavesNothing()
    {
        (UInt128 id, RunFolder died) = RunFolder.Begin(Cache, Store);
        using (died)
        using (died.Snapshot())
        {
            Assert.That(Left.Count(), Is.EqualTo(2));
        }

        Assert.That(RunFolder.IsHeld(Cache, Store, RunText.Of(id)), Is.False, "It is known that nobody runs there.");
        foreach (RunFolder abandoned in RunFolder.Abandoned(Cache, Store))
        {
            Assert.That(abandoned.RunId, Is.EqualTo(RunText.Of(id)));
            abandoned.RemoveAbandoned();
        }

        Assert.That(Left, Is.Empty);
    }

    [Test]
    public void Snapshot_ByTwoWhoDeclareTheSameRunLost_IsOneForEach()
    {
        using RunFolder folder = RunFolder.Begin(Cache, Store).Folder;
        folder.Write(RunFolder.PatchName, "patch"u8);
        using RunFolder one = folder.Snapshot(), other = folder.Snapshot();
        other.Remove();
        Assert.That(File.ReadAllText(Path.Join(one.Path, RunFolder.PatchName)), Is.EqualTo("patch"));
    }

    [Test]
    public async Task Begin_WhileOthersLook_IsHeld()
    {
        using var isOver = new CancellationTokenSource();
        var looking = Task.Run(() =>
        {
            while (!isOver.IsCancellationRequested)
            {
                foreach (string root in Directory.Exists(Path.Join(Cache, RunFolder.FolderName, Store)) ? Left : [])
                {
                    _ = RunLease.IsHeld(root);
                }
            }
        });
        for (int i = 0; i < 20; i++)
        {
            (UInt128 id, RunFolder folder) = RunFolder.Begin(Cache, Store);
            Assert.That(RunFolder.IsHeld(Cache, Store, RunText.Of(id)), Is.True);
            folder.Remove();
        }

        await isOver.CancelAsync();
        await looking;
    }
}
