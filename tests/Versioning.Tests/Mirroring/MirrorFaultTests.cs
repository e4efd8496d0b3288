using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Mirroring;

/// <summary>A mirror that is stopped or failed at every request that it makes to either side, and then repeated.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class MirrorFaultTests
{
    [Test]
    public async Task Mirror_FaultAtAnyRequest_LeavesAReadableReplica_AndCanBeRepeated(
        [Values] bool atSource, [Values(FaultAction.Stop, FaultAction.Throw)] FaultAction action, [Values] FaultPhase phase)
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await using var before = new MemoryStore();
        var history = new Histories(objects, folder, 11);
        await history.CommitAsync("datasets/a", 1000);
        await history.CommitAsync("datasets/b", 1000);
        await Replicas.MirrorAsync(objects, before, folder.Options);
        await history.CommitAsync("datasets/a", 3000);
        await history.MergeAsync();
        await history.AppendAsync(3);
        await history.UploadOrphanAsync();

        int index = 0;
        for (bool reached = true; reached; index++)
        {
            await using MemoryStore replica = await before.CopyAsync();
            var fault = new FaultPoint(index, phase, action);
            try
            {
                await Replicas.MirrorAsync(atSource ? fault.Over(objects) : objects, atSource ? replica : fault.Over(replica), folder.Options);
            }
            catch (Exception e) when (e is StoppedException or StoreUnavailableException { Code: FaultyStore.InjectedCode })
            {
                Assert.That(fault.Reached, Is.True, e.ToString());
            }

            reached = fault.Reached;
            await ReadAllAsync(replica, folder.Options);
            await Replicas.MirrorAsync(objects, replica, folder.Options);
            await Replicas.AssertEqualAsync(objects, replica, folder.Options, $"{fault}, and then repeated");
        }

        Assert.That(index, Is.GreaterThan(10), "There were requests to disturb.");
    }

    private static async Task ReadAllAsync(ObjectStore objects, VersionStoreOptions options)
    {
        await using VersionStore store = await VersionStore.OpenAsync(objects, options);
        await foreach (ArtifactSummary artifact in store.ListArtifactsAsync())
        {
            await foreach (ArtifactVersion version in store.LogAsync(artifact.Name))
            {
                Assert.That(await store.ReadFilesAsync(version).CountAsync(), Is.EqualTo(version.FileCount));
            }
        }
    }
}
