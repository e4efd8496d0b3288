using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Diagnosing;

[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class DiagnosisTests
{
    private static readonly string[] AllChecks = ["reach", "store", "create", "list", "read", "delete", "race", "listing", "ranges", "throughput", "clock"];

    [Test]
    public async Task Diagnose_OfAGoodPlace_FindsAllFine_AndLeavesNothing([Values] bool onDisk, [Values] bool withStore)
    {
        using var folder = new TempFolder();
        await using ObjectStore objects = onDisk ? new LocalDiskStore(folder.Of("place")) : new MemoryStore();
        string store = "no store here yet";
        if (withStore)
        {
            await using VersionStore made = await VersionStore.CreateAsync(objects, folder.Options);
            await made.CommitAsync("d", Path.GetDirectoryName(folder.Write("s/a", "one"))!);
            store = made.Id;
        }

        List<ObjectKey> before = await objects.KeysAsync();
        List<Finding> found = await VersionStore.DiagnoseAsync(objects).ToListAsync();
        Assert.That(found.Select(f => f.Check), Is.EqualTo(AllChecks));
        Assert.That(found.Where(f => f.Status != FindingStatus.Fine), Is.Empty);
        Assert.That(found.Single(f => f.Check == "store").Found, Does.Contain(store));
        Assert.That(await objects.KeysAsync(), Is.EqualTo(before));
        Assert.That((await VersionStore.DiagnoseAsync(onDisk ? folder.Of("place") : folder.Of("new")).ToListAsync()).Select(f => f.Status), Is.All.EqualTo(FindingStatus.Fine));
    }

    [Test]
    public async Task Diagnose_OfAPlaceThatDoesNotAnswer_FindsThat_AndNothingElse()
    {
        await using var inner = new MemoryStore();
        await using var objects = new FaultyStore(inner, (_, _, _) => FaultAction.Throw);
        List<Finding> found = await VersionStore.DiagnoseAsync(objects).ToListAsync();
        Assert.That(found.Select(f => (f.Check, f.Status)), Is.EqualTo([("reach", FindingStatus.Failed)]));
    }

    [Test]
    public async Task Diagnose_OfALyingPlace_FindsTheLie([Values] Lie lie)
    {
        await using var inner = new MemoryStore();
        await using var objects = new LyingStore(inner, lie);
        List<Finding> found = await VersionStore.DiagnoseAsync(objects).ToListAsync();
        string check = lie switch
        {
            Lie.Overwrites or Lie.LoserStays or Lie.ManyWin => "race",
            Lie.ListsLate or Lie.ListsDeleted or Lie.ListsUnordered => "listing",
            Lie.ShortRange or Lie.WrongSuffix or Lie.BytesBehindTheEnd => "ranges",
            Lie.RefusesDeletes or Lie.KeepsDeleted => "delete",
            Lie.RefusesCreates => "create",
            Lie.RefusesLists or Lie.WrongLengths => "list",
            Lie.ChangesBytes => "read",
            _ => throw new InvalidOperationException($"{lie}"),
        };
        Finding finding = found.Single(f => f.Check == check);
        Assert.That(finding.Status, Is.EqualTo(check == "delete" ? FindingStatus.Warning : FindingStatus.Failed));
        Assert.That(finding.Remedy, Is.Not.Null.And.Not.Empty);
    }

    [Test]
    public async Task Diagnose_WhereNothingCanBeDeleted_NamesWhatIsLeft()
    {
        await using var inner = new MemoryStore();
        await using var objects = new LyingStore(inner, Lie.RefusesDeletes);
        Finding left = await VersionStore.DiagnoseAsync(objects).SingleAsync(f => f.Check == "cleanup");
        List<ObjectKey> keys = await inner.KeysAsync();
        Assert.That(keys, Has.All.Matches<ObjectKey>(key => key.Value.StartsWith("doctor/", StringComparison.Ordinal)));
        Assert.That(left.Found, Does.StartWith($"{keys.Count} ").And.Contain(keys[0].Value[..39]));
        Assert.That(left.Status, Is.EqualTo(FindingStatus.Warning));
    }

    [Test]
    public async Task Diagnose_OfAPlaceThatCanOnlyBeRead_WarnsOfThat_AndTriesWhatReadersNeed([Values] bool withStore)
    {
        using var folder = new TempFolder();
        await using var inner = new MemoryStore();
        if (withStore)
        {
            await using VersionStore made = await VersionStore.CreateAsync(new PassingStore(inner), folder.Options);
            await made.CommitAsync("d", Path.GetDirectoryName(folder.Write("s/a", "one"))!);
        }

        await using var objects = new UnlistedStore(inner);
        List<Finding> found = await VersionStore.DiagnoseAsync(objects).ToListAsync();
        Assert.That(found.Select(f => (f.Check, f.Status)), Is.EqualTo(withStore
            ? [("reach", FindingStatus.Fine), ("store", FindingStatus.Fine), ("create", FindingStatus.Warning), ("list", FindingStatus.Warning), ("ranges", FindingStatus.Fine), ("clock", FindingStatus.Fine)]
            : new[] { ("reach", FindingStatus.Fine), ("store", FindingStatus.Failed), ("create", FindingStatus.Warning), ("list", FindingStatus.Warning) }));
        Assert.That(found.Single(f => f.Check == "store").Found, Does.Contain(withStore ? " 1 artifact and 1 journal entry." : "none can be made"));

        await using var unranged = new UnlistedStore(new LyingStore(inner, Lie.ShortRange));
        Assert.That((await VersionStore.DiagnoseAsync(unranged).ToListAsync()).Any(f => f is { Check: "ranges", Status: FindingStatus.Failed }), Is.EqualTo(withStore));
    }

    [Test]
    public async Task Diagnose_EndedHalfWay_LeavesNothing()
    {
        await using var objects = new MemoryStore();
        await foreach (Finding finding in VersionStore.DiagnoseAsync(objects))
        {
            if (finding.Check == "race")
            {
                break;
            }
        }

        Assert.That(await objects.KeysAsync(), Is.Empty);
        using var stop = new CancellationTokenSource();
        IAsyncEnumerable<Finding> cancelled = VersionStore.DiagnoseAsync(objects, cancellationToken: stop.Token);
        Assert.That(
            async () =>
            {
                await foreach (Finding finding in cancelled)
                {
                    if (finding.Check == "race")
                    {
                        await stop.CancelAsync();
                    }
                }
            },
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await objects.KeysAsync(), Is.Empty);
    }

    [Test]
    public async Task Diagnose_WhereTheClockIsBehindTheNewestEntry_Warns()
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await using VersionStore store = await VersionStore.CreateAsync(objects, folder.Options);
        await store.CommitAsync("d", Path.GetDirectoryName(folder.Write("s/a", "one"))!);
        var late = new FixedClock(TimeProvider.System.GetUtcNow().AddHours(-2));
        Finding clock = await VersionStore.DiagnoseAsync(objects, new VersionStoreOptions { Time = late }).SingleAsync(f => f.Check == "clock");
        Assert.That(clock.Status, Is.EqualTo(FindingStatus.Warning));
    }

    [Test]
    public async Task Diagnose_OfAStoreWithADamagedJournal_SaysSo()
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await using VersionStore store = await VersionStore.CreateAsync(objects, folder.Options);
        await store.CommitAsync("d", Path.GetDirectoryName(folder.Write("s/a", "one"))!);
        byte[] entry = await objects.BytesAsync(StoreKeys.Entry(1));
        entry[20] ^= 1;
        await objects.ReplaceAsync(StoreKeys.Entry(1), entry);
        Assert.That((await VersionStore.DiagnoseAsync(objects).SingleAsync(f => f.Check == "store")).Status, Is.EqualTo(FindingStatus.Failed));
    }

    [Test]
    public async Task Diagnose_OfAPlaceThatHangs_FindsThat_WhenPatienceEnds()
    {
        var time = new FakeTimeProvider();
        await using var inner = new MemoryStore();
        await using var objects = new HangingStore(inner, time);
        List<Finding> found = await VersionStore.DiagnoseAsync(objects, new VersionStoreOptions { Time = time }).ToListAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(found.Select(f => (f.Check, f.Status)), Is.EqualTo([("reach", FindingStatus.Failed)]));
    }

    /// <summary>Never answers, and lets the time of its callers pass.</summary>
    private sealed class HangingStore(ObjectStore inner, FakeTimeProvider time) : PassingStore(inner)
    {
        protected override async ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                time.Advance(TimeSpan.FromMinutes(1));
                await Task.Yield();
            }

            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return null;
        }
    }
}

internal enum Lie
{
    Overwrites, LoserStays, ManyWin, ListsLate, ListsDeleted, ListsUnordered, ShortRange, WrongSuffix, BytesBehindTheEnd, RefusesDeletes, KeepsDeleted, RefusesCreates, RefusesLists,
    WrongLengths, ChangesBytes,
}

/// <summary>A place that does not do what a store needs.</summary>
internal sealed class LyingStore(ObjectStore inner, Lie lie) : PassingStore(inner)
{
    private readonly ObjectStore _inner = inner;
    private readonly Lock _lock = new();
    private readonly List<ObjectInfo> _deleted = [];

    protected override async ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        switch (lie)
        {
            case Lie.RefusesCreates:
                throw Refused("create");
            case Lie.Overwrites:
                await _inner.DeleteAsync(key, cancellationToken);
                await base.CreateCoreAsync(key, content, cancellationToken);
                return true;
            case Lie.ManyWin:
                await base.CreateCoreAsync(key, content, cancellationToken);
                return true;
            case Lie.LoserStays:
                lock (_lock)
                {
                    bool created = _inner.CreateAsync(key, content, cancellationToken).AsTask().GetAwaiter().GetResult();
                    if (!created)
                    {
                        _inner.DeleteAsync(key, cancellationToken).AsTask().GetAwaiter().GetResult();
                        _inner.CreateAsync(key, content, cancellationToken).AsTask().GetAwaiter().GetResult();
                    }

                    return created;
                }

            default:
                return await base.CreateCoreAsync(key, content, cancellationToken);
        }
    }

    protected override async ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ObjectRead? read = await base.ReadCoreAsync(key, lie == Lie.WrongSuffix && offset < 0 ? 0 : offset, destination, cancellationToken);
        if (read is not { } found)
        {
            return null;
        }

        if (lie == Lie.ChangesBytes && found.Count > 0)
        {
            destination.Span[0] ^= 1;
        }

        return lie switch
        {
            Lie.ShortRange when found.Count < found.ObjectLength => found with { Count = found.Count / 2 },
            Lie.BytesBehindTheEnd when offset >= found.ObjectLength => found with { Count = 1 },
            _ => found,
        };
    }

    protected override async IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (lie == Lie.RefusesLists)
        {
            throw Refused("list");
        }

        List<ObjectInfo> listed = await base.ListCoreAsync(prefix, cancellationToken).ToListAsync(cancellationToken);
        if (lie == Lie.ListsLate && listed.Count > 10)
        {
            listed.RemoveAt(listed.Count - 1);
        }

        if (lie == Lie.ListsDeleted)
        {
            listed = [.. listed.Concat(_deleted.Where(d => d.Key.Value.StartsWith(prefix, StringComparison.Ordinal))).OrderBy(info => info.Key)];
        }

        if (lie == Lie.ListsUnordered)
        {
            listed.Reverse();
        }

        foreach (ObjectInfo info in listed)
        {
            yield return lie == Lie.WrongLengths ? info with { Length = info.Length + 1 } : info;
        }
    }

    protected override async ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (lie == Lie.RefusesDeletes)
        {
            throw Refused("delete");
        }

        if (lie == Lie.ListsDeleted)
        {
            lock (_lock)
            {
                _deleted.Add(new ObjectInfo(key, 10));
            }
        }

        return lie == Lie.KeepsDeleted || await base.DeleteCoreAsync(key, cancellationToken);
    }

    private static StoreUnavailableException Refused(string what) => new("access_denied", $"You may not {what}.", "Ask for the right.");
}
