using NUnit.Framework;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Mirroring;

/// <summary>What an interrupted mirror leaves: whole for readers, refused to writers, no damage, and finished by the next run.</summary>
[TestFixture]
internal sealed class HalfMadeReplicaTests
{
    private const int Reach = EntriesBeyond.Reach;

    private TempFolder _folder = null!;
    private MemoryStore _source = null!;
    private MemoryStore _replica = null!;

    [SetUp]
    public void SetUp() => (_folder, _source, _replica) = (new TempFolder(), new MemoryStore(), new MemoryStore());

    [TearDown]
    public async Task TearDown()
    {
        _folder.Dispose();
        await _source.DisposeAsync();
        await _replica.DisposeAsync();
    }

    /// <summary>However far from the gap the first entry lies that an interrupted run has created.</summary>
    [TestCase(2, 4)]
    [TestCase(Reach - 2, Reach + Reach - 1)]
    [TestCase(Reach - 2, Reach + Reach)]
    [TestCase(Reach - 1, 3 * Reach)]
    [TestCase(2, 900)]
    public async Task Writer_WhereTheRunWasInterruptedAfterItsFirstEntry_IsRefused_AndTheMirrorGoesOn(int head, int last)
    {
        await MakeAsync(head, last, collecting: true);
        await InterruptAsync((key, phase) => key == StoreKeys.Entry(last).Value && phase == FaultPhase.After);
        Assert.That(await EntriesBehindAsync(head), Is.EqualTo(new long[] { last }));
        await AssertRefusedAsync(head);
        await AssertFinishedAsync();
    }

    /// <summary>Without the announcement, what lies within reach is seen and nothing behind it: the constant is no more than it says.</summary>
    [TestCase(Reach - 2, Reach + Reach - 1, true)]
    [TestCase(Reach - 2, Reach + Reach, false)]
    public async Task Writer_WithoutTheAnnouncement_SeesAsFarAsTheReach(int head, int last, bool seen)
    {
        await MakeAsync(head, last, collecting: true);
        await InterruptAsync((key, phase) => key == StoreKeys.Entry(last).Value && phase == FaultPhase.After);
        Assert.That(await _replica.DeleteAsync(StoreKeys.IncomingUpTo(last)), Is.True);
        using var log = new JournalLog(_replica, TimeProvider.System);
        Assert.That(async () => await CondemnAsync(log), seen ? Throws.TypeOf<IntegrityException>() : Throws.Nothing);
    }

    [TestCase(2)]
    [TestCase(Reach - 2)]
    [TestCase(Reach - 1)]
    public async Task Mirror_WhoseFirstEntryNeverArrives_CreatesNoneBeyondTheReach(int head)
    {
        await MakeAsync(head, head + (2 * Reach) + 10, collecting: false);
        await InterruptAsync((key, phase) => key == StoreKeys.Entry(head + 1).Value && phase == FaultPhase.Before, FaultAction.Throw, entries: head + Reach - 1);
        List<long> behind = await EntriesBehindAsync(head);
        Assert.That(behind, Is.EqualTo(Enumerable.Range(head + 2, Reach - 1)));
        await _replica.DeleteAsync((await _replica.KeysAsync(StoreKeys.Incoming)).Single());
        await AssertRefusedAsync(head);
        await AssertFinishedAsync();
    }

    [Test]
    public async Task Verify_OfAReplicaInTheMaking_FindsNoDamage_AndSaysUpToWhere([Values] bool collecting)
    {
        await MakeAsync(2, 300, collecting);
        await InterruptAsync((key, phase) => key == StoreKeys.Entry(200).Value && phase == (collecting ? FaultPhase.After : FaultPhase.Before), entries: collecting ? 0 : 2 + Reach - 1);
        await using (VersionStore store = await OpenAsync(_replica))
        {
            VerifyReport report = await store.VerifyAsync();
            Assert.That((report.IsSound, report.IncomingUpTo, report.Versions), Is.EqualTo((true, 300L, 2L)), string.Join("; ", report.Damages));
        }

        await AssertFinishedAsync();
        await using VersionStore finished = await OpenAsync(_replica);
        Assert.That((await finished.VerifyAsync()).IncomingUpTo, Is.Null);
    }

    [Test]
    public async Task Verify_OfAGapThatNoMirrorAnnounced_IsDamage_AndSaysBothThatItMayBe()
    {
        await MakeAsync(2, 10, collecting: false);
        await _source.DeleteAsync(StoreKeys.Entry(7));
        await AssertDamagedAsync(_source, 7);
    }

    /// <summary>A mirror creates nothing behind what readers saw when it began; what is missing there was lost.</summary>
    [Test]
    public async Task Verify_OfAGapBeforeTheHead_IsDamage_WhateverIsAnnounced()
    {
        await MakeAsync(2, 300, collecting: false);
        await _source.DeleteAsync(StoreKeys.Entry(7));
        await IncomingEntries.AnnounceAsync(_source, 400, CancellationToken.None);
        await AssertDamagedAsync(_source, 7);
    }

    [Test]
    public async Task Announcement_ThatCouldNotBeDeleted_HurtsNobody_AndTheNextRunDeletesIt()
    {
        await MakeAsync(2, 10, collecting: false);
        await using var undeletable = new FaultyStore(_replica, (operation, _, _) => operation == StoreOperation.Delete ? FaultAction.Throw : FaultAction.None);
        await Replicas.MirrorAsync(_source, undeletable, _folder.Options);
        Assert.That(await _replica.KeysAsync(StoreKeys.Incoming), Is.EqualTo(new[] { StoreKeys.IncomingUpTo(10) }));
        await using (VersionStore store = await OpenAsync(_replica))
        {
            VerifyReport report = await store.VerifyAsync();
            Assert.That((report.IsSound, report.IncomingUpTo), Is.EqualTo((true, (long?)null)));
        }

        await AssertFinishedAsync();
    }

    /// <summary>A source with so many entries and a replica that has the first of them.</summary>
    private async Task MakeAsync(int head, int last, bool collecting)
    {
        var history = new Histories(_source, _folder, 10);
        await history.CommitAsync("datasets/a", 100);
        await history.CommitAsync("datasets/a", 200);
        await AppendAsync(head - 2, collecting);
        await Replicas.MirrorAsync(_source, _replica, _folder.Options);
        await AppendAsync(last - head, collecting);
    }

    private async Task AppendAsync(int entries, bool collecting)
    {
        using var log = new JournalLog(_source, TimeProvider.System);
        for (int i = 0; i < entries; i++)
        {
            string alias = $"a{i % 2}";
            long to = 1 + (i / 2 % 2);
            await log.AppendAsync("writer", state => Task.FromResult<IReadOnlyList<JournalOperation>?>(
                [collecting ? new CondemnOperation([PackId.New()]) : new AliasOperation("datasets/a", alias, From(state, alias), to)]), CancellationToken.None);
        }
    }

    private static long? From(StoreState state, string alias) =>
        state.Find("datasets/a")!.Aliases.TryGetValue(alias, out long number) ? number : null;

    private static Task<AppendedEntry?> CondemnAsync(JournalLog log) =>
        log.AppendAsync("late", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new CondemnOperation([PackId.New()])]), CancellationToken.None);

    /// <param name="at">Where a run of the mirror ends.</param>
    /// <param name="action">How.</param>
    /// <param name="entries">Not before so many are there.</param>
    private async Task InterruptAsync(Func<string, FaultPhase, bool> at, FaultAction action = FaultAction.Stop, int entries = 0)
    {
        await using var stopping = new FaultyStore(_replica, (operation, key, phase) =>
        {
            if (operation != StoreOperation.Create || !at(key, phase))
            {
                return FaultAction.None;
            }

            Assert.That(SpinWait.SpinUntil(() => CountEntries() >= entries, TimeSpan.FromMinutes(1)), Is.True);
            return action;
        });
        Assert.That(async () => await Replicas.MirrorAsync(_source, stopping, _folder.Options), action == FaultAction.Stop ? Throws.InstanceOf<StoppedException>() : Throws.InstanceOf<StoreUnavailableException>());
    }

    private int CountEntries() => _replica.KeysAsync(StoreKeys.Journal).GetAwaiter().GetResult().Count;

    private async Task<List<long>> EntriesBehindAsync(int head) =>
        [.. (await _replica.KeysAsync(StoreKeys.Journal)).Select(key => StoreKeys.TryParseSequence(key, out long sequence) ? sequence : 0).Where(sequence => sequence > head)];

    private async Task AssertRefusedAsync(int head)
    {
        await using VersionStore reader = await OpenAsync(_replica);
        Assert.That((await reader.AuditAsync().ToListAsync()).Max(record => record.Sequence), Is.EqualTo(head));
        Assert.That(async () => await reader.TagAsync("datasets/a", "t"), Throws.TypeOf<IntegrityException>().With.Property("Hint").Contains("vers mirror"));
    }

    private async Task AssertFinishedAsync()
    {
        await Replicas.MirrorAsync(_source, _replica, _folder.Options);
        await Replicas.AssertEqualAsync(_source, _replica, _folder.Options, "repeated");
    }

    private async Task AssertDamagedAsync(MemoryStore objects, long missing)
    {
        await using VersionStore store = await OpenAsync(objects);
        Damage damage = (await store.VerifyAsync()).Damages.Single(d => d.Object == StoreKeys.Entry(missing).Value);
        Assert.That(damage.Problem, Does.Contain("lost").And.Contain("vers mirror"));
    }

    private Task<VersionStore> OpenAsync(MemoryStore objects) => VersionStore.OpenAsync(new PassingStore(objects), _folder.Options);
}
