using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Faults;

[TestFixture]
public sealed class FaultyStoreTests
{
    private static readonly ObjectKey Key = new("k");

    [Test]
    public async Task Throw_Before_NothingHappened()
    {
        await using MemoryStore inner = new();
        FaultyStore store = new(inner, (_, _, phase) => phase == FaultPhase.Before ? FaultAction.Throw : FaultAction.None);

        Assert.That(async () => await store.CreateAsync(Key, new byte[1]), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(await inner.StatAsync(Key), Is.Null);
    }

    [Test]
    public async Task Throw_After_HappenedAndResponseWasLost()
    {
        await using MemoryStore inner = new();
        FaultyStore store = new(inner, (_, _, phase) => phase == FaultPhase.After ? FaultAction.Throw : FaultAction.None);

        Assert.That(async () => await store.CreateAsync(Key, new byte[1]), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(await inner.StatAsync(Key), Is.EqualTo(1));
    }

    [Test]
    public async Task Stop_OneOperation_EndsEveryLaterOne()
    {
        await using MemoryStore inner = new();
        FaultyStore store = new(inner, (operation, _, _) => operation == StoreOperation.Create ? FaultAction.Stop : FaultAction.None);
        Assert.That(await store.StatAsync(Key), Is.Null);

        Assert.That(async () => await store.CreateAsync(Key, new byte[1]), Throws.TypeOf<StoppedException>());
        Assert.That(async () => await store.StatAsync(Key), Throws.TypeOf<StoppedException>());
        Assert.That(async () => await store.ListAsync("").AnyAsync(), Throws.TypeOf<StoppedException>());
        Assert.That(store.IsStopped, Is.True);
        Assert.That(await inner.StatAsync(Key), Is.Null);
    }

    [Test]
    public async Task CountingStore_Operations_AreCountedWithTheirBytes()
    {
        await using CountingStore store = new(new MemoryStore());
        await store.CreateAsync(Key, new byte[10]);
        await store.ReadAsync(Key, 4, new byte[100]);
        await store.ReadAsync(new("none"), 0, new byte[100]);
        await store.ListAsync("").CountAsync();

        Assert.That(store.ToString(), Is.EqualTo("Create 1, Read 2, Stat 0, List 1, Delete 0, written 10, read 6"));
        Assert.That(store.KeysListed, Is.EqualTo(1));
        store.Reset();
        Assert.That(store.Total + store.BytesRead + store.BytesWritten, Is.Zero);
    }
}
