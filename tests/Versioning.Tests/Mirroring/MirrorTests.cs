using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Mirroring;

[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class MirrorTests
{
    [Test]
    public async Task Mirror_AfterEveryStepOfARandomHistory_IsEqualByteForByte_AndSound([Range(1, 6)] int seed)
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await using var replica = new MemoryStore();
        await using var rarely = new MemoryStore();
        var history = new Histories(objects, folder, seed);
        for (int step = 1; step <= 18; step++)
        {
            await history.StepAsync();
            if (step is 9 or 15)
            {
                await history.MergeAsync();
            }

            await Replicas.MirrorAsync(objects, replica, folder.Options);
            await Replicas.AssertEqualAsync(objects, replica, folder.Options, $"after step {step}");
            if (step % 6 == 0)
            {
                await Replicas.MirrorAsync(objects, rarely, folder.Options);
                await Replicas.AssertEqualAsync(objects, rarely, folder.Options, $"now and then, after step {step}");
            }
        }
    }

    [Test]
    public async Task Mirror_OfALongHistory_BringsCheckpoints_AndTheSecondRunWritesNothingAndReadsNoPack()
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await using var replica = new MemoryStore();
        var history = new Histories(objects, folder, 1);
        await history.CommitAsync("datasets/a", 1000);
        await history.CommitAsync("datasets/a", 2000);
        await history.AppendAsync(700);
        MirrorResult first = await Replicas.MirrorAsync(objects, replica, folder.Options);
        await Replicas.AssertEqualAsync(objects, replica, folder.Options, "long");
        Assert.That(first.Entries, Is.EqualTo(first.Position));
        Assert.That(first.Objects, Is.EqualTo((await objects.KeysAsync()).Count));
        Assert.That(await replica.KeysAsync(StoreKeys.Checkpoints), Is.Not.Empty);

        await using var source = new CountingStore(objects);
        await using var target = new RecordingStore(replica);
        MirrorResult second = await Replicas.MirrorAsync(source, target, folder.Options);
        Assert.That(second, Is.EqualTo(new MirrorResult(first.Position, 0, 0, 0)));
        Assert.That(target.Requests.Where(r => r.Operation is StoreOperation.Create && r.Key != "format"), Is.Empty);
        Assert.That(target.Requests.Where(r => r.Operation is StoreOperation.Delete), Is.Empty);
        Assert.That(target.Requests.Where(r => r.Operation is StoreOperation.Read && r.Key.StartsWith("packs/", StringComparison.Ordinal)), Is.Empty);
        Assert.That(source.Count(StoreOperation.Create) + source.Count(StoreOperation.Delete), Is.Zero);
        Assert.That(source.BytesRead, Is.LessThan(300_000), "A checkpoint and the entries behind it.");
    }

    [Test]
    public async Task Mirror_FromDiskToDisk_IsEqual_AndGoesOnWhereItWasCancelled()
    {
        using var folder = new TempFolder();
        await using var objects = new LocalDiskStore(folder.Of("store"));
        await using var replica = new LocalDiskStore(folder.Of("replica"));
        var history = new Histories(objects, folder, 2);
        for (int step = 0; step < 6; step++)
        {
            await history.StepAsync();
        }

        using var stop = new CancellationTokenSource();
        await using VersionStore store = await VersionStore.OpenAsync(new LocalDiskStore(folder.Of("store")), folder.Options);
        var progress = new Stopping(stop);
        Assert.That(async () => await store.MirrorAsync(replica, progress, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        int left = (await replica.KeysAsync()).Count;
        MirrorResult result = await store.MirrorAsync(folder.Of("replica"));
        Assert.That(result.Objects, Is.EqualTo((await objects.KeysAsync()).Count - left).And.GreaterThan(0));
        await Replicas.AssertEqualAsync(objects, replica, folder.Options, "on disk");
    }

    [Test]
    public async Task Mirror_ToAnotherStore_IsRefused_AndNothingIsWritten()
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await using var other = new MemoryStore();
        await new Histories(objects, folder, 3).StepAsync();
        await new Histories(other, folder, 4).StepAsync();
        string before = await Replicas.DescribeAsync(other);
        ConflictException? refused = await Assert.ThrowsAsync<ConflictException>(() => Replicas.MirrorAsync(objects, other, folder.Options));
        Assert.That(refused!.Code, Is.EqualTo("another_store"));
        await Replicas.AssertUntouchedAsync(other, before);
    }

    [Test]
    public async Task Mirror_ToAReplicaThatWasWrittenTo_IsRefused_NamesThePosition_AndNothingIsWritten([Values(0, 1, 3)] int later, [Values(0, 1, 5)] int laterThere)
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await using var replica = new MemoryStore();
        var history = new Histories(objects, folder, 5);
        await history.CommitAsync("datasets/a", 100);
        await history.CommitAsync("datasets/a", 200);
        await Replicas.MirrorAsync(objects, replica, folder.Options);
        await new Histories(replica, folder, 6).AppendAsync(1 + laterThere);
        for (int i = 0; i < later; i++)
        {
            await history.CommitAsync("datasets/a", 300 + i);
        }

        string before = await Replicas.DescribeAsync(replica);
        ConflictException? refused = await Assert.ThrowsAsync<ConflictException>(() => Replicas.MirrorAsync(objects, replica, folder.Options));
        Assert.That(refused!.Code, Is.EqualTo("replica_diverged"));
        Assert.That(refused.Message, Does.Contain("at position 3 "));
        await Replicas.AssertUntouchedAsync(replica, before);
    }

    [Test]
    public async Task Mirror_WhereADifferentEntryLiesBehindAGap_IsRefused_AndNothingIsWritten()
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await using var replica = new MemoryStore();
        var history = new Histories(objects, folder, 7);
        await history.CommitAsync("datasets/a", 100);
        await history.CommitAsync("datasets/a", 200);
        await Replicas.MirrorAsync(objects, replica, folder.Options);
        await history.AppendAsync(3);
        await replica.CreateAsync(StoreKeys.Entry(5), await objects.BytesAsync(StoreKeys.Entry(4)));
        string before = await Replicas.DescribeAsync(replica);
        ConflictException? refused = await Assert.ThrowsAsync<ConflictException>(() => Replicas.MirrorAsync(objects, replica, folder.Options));
        Assert.That(refused!.Code, Is.EqualTo("replica_diverged"));
        Assert.That(refused.Message, Does.Contain("at position 5 "));
        await Replicas.AssertUntouchedAsync(replica, before);
    }

    [Test]
    public async Task Mirror_OfADamagedPack_FailsWithIntegrity_AndNeitherCopiesItNorPublishes([Values(0, 0.5, 0.999)] double at, [Values] bool lost)
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await using var replica = new MemoryStore();
        await new Histories(objects, folder, 8).CommitAsync("datasets/a", 100_000);
        ObjectKey pack = (await objects.KeysAsync(StoreKeys.Packs)).Single();
        byte[] bytes = await objects.BytesAsync(pack);
        bytes[(int)(at * bytes.Length)] ^= 1;
        if (lost)
        {
            await objects.DeleteAsync(pack);
        }
        else
        {
            await objects.ReplaceAsync(pack, bytes);
        }

        IntegrityException? refused = await Assert.ThrowsAsync<IntegrityException>(() => Replicas.MirrorAsync(objects, replica, folder.Options));
        Assert.That(refused!.Message, Does.Contain(pack.Value));
        Assert.That(await replica.KeysAsync(), Is.EqualTo(new[] { StoreKeys.Format }));
    }

    [Test]
    public async Task Mirror_OfADamagedEntry_FailsWithIntegrity_AndPublishesNothing()
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await using var replica = new MemoryStore();
        var history = new Histories(objects, folder, 9);
        await history.CommitAsync("datasets/a", 100);
        await history.CommitAsync("datasets/a", 200);
        await history.AppendAsync(300);

        // Behind a checkpoint nobody reads it any more.
        byte[] bytes = await objects.BytesAsync(StoreKeys.Entry(3));
        bytes[^40] ^= 1;
        await objects.ReplaceAsync(StoreKeys.Entry(3), bytes);
        Assert.That(async () => await Replicas.MirrorAsync(objects, replica, folder.Options), Throws.InstanceOf<IntegrityException>());
        Assert.That(await replica.KeysAsync(StoreKeys.Journal), Is.Empty);
    }

    /// <summary>Cancels as soon as something was copied.</summary>
    private sealed class Stopping(CancellationTokenSource stop) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => stop.Cancel();
    }
}
