using NUnit.Framework;
using Versioning.Runs;
using Versioning.Tests.Store;

namespace Versioning.Tests.Runs;

/// <summary>What runs leave on a machine, and what others do with it meanwhile.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal sealed class RunFolderTests : IDisposable
{
    private const string Store = "store", Id = "0123456789abcdef0123456789abcdef";

    private readonly TempFolder _folder = new();

    private string Cache => _folder.Of("cache");

    private IEnumerable<string> Names => RunFolder.Left(Cache, Store).Order();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void Sweep_OfOneThatIsAboutToStart_LeavesIt()
    {
        using RunFolder starting = RunFolder.Start(Cache, Store, Id);
        starting.Write(RunFolder.PatchName, "patch"u8);
        foreach (string name in Names.ToList())
        {
            RunFolder.Sweep(Cache, Store, name);
        }

        Assert.That(File.Exists(Path.Join(starting.Path, RunFolder.PatchName)), Is.True);
        Assert.That(RunFolder.IsHeld(Cache, Store, Id), Is.True);
    }

    [Test]
    public void Sweep_OfOneThatDied_LeavesNothing()
    {
        using (RunFolder died = RunFolder.Start(Cache, Store, Id))
        {
            died.Snapshot();
        }

        Assert.That(RunFolder.IsHeld(Cache, Store, Id), Is.False, "It is known that nobody runs there.");
        Assert.That(Names.Select(RunFolder.IdOf), Is.EqualTo([Id, Id, Id]));
        foreach (string name in Names.ToList())
        {
            RunFolder.Sweep(Cache, Store, name);
        }

        Assert.That(Names, Is.Empty);
    }

    [Test]
    public void Snapshot_ByTwoWhoDeclareTheSameRunLost_IsOneForEach()
    {
        using RunFolder folder = RunFolder.Start(Cache, Store, Id);
        folder.Write(RunFolder.PatchName, "patch"u8);
        RunFolder one = folder.Snapshot(), other = folder.Snapshot();
        other.Remove();
        Assert.That(File.ReadAllText(Path.Join(one.Path, RunFolder.PatchName)), Is.EqualTo("patch"));
    }

    [Test]
    public async Task Lease_WhileOthersLookAtIt_IsTaken()
    {
        string path = _folder.Write("lease", "");
        using var isOver = new CancellationTokenSource();
        var looking = Task.Run(() =>
        {
            while (!isOver.IsCancellationRequested)
            {
                _ = RunLease.IsHeld(path);
            }
        });
        for (int i = 0; i < 20; i++)
        {
            using RunLease lease = RunLease.Take(path);
            Assert.That(RunLease.IsHeld(path), Is.True);
        }

        await isOver.CancelAsync();
        await looking;
    }
}
