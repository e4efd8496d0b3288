using NUnit.Framework;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Journal;

/// <summary>A store that can't be listed is read up to the same entry, and means the same, as one that can.</summary>
[TestFixture]
internal sealed class HeadSearchTests
{
    private const int Longest = 1100;
    private const int Block = StoreKeys.EntriesPerBlock;

    private readonly MemoryStore _longest = new();

    [OneTimeSetUp]
    public async Task MakeLongest()
    {
        using var log = new JournalLog(_longest, TimeProvider.System);
        for (int i = 0; i < Longest; i++)
        {
            await log.AppendAsync("mine", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new CondemnOperation([PackId.New()])]), CancellationToken.None);
        }

        Assert.That(await _longest.KeysAsync(StoreKeys.Checkpoints), Is.EqualTo(new[] { 256, 512, 768, 1024 }.Select(i => StoreKeys.Checkpoint(i))));
    }

    [OneTimeTearDown]
    public async Task DropLongest() => await _longest.DisposeAsync();

    private static readonly int[] Lengths = [0, 1, 2, 3, 4, 5, 12, 28, 255, 256, 257, 511, 512, 513, 600, 767, 768, 1023, 1024, 1100];

    [Test]
    public async Task Load_AnyLength_IsWhatAListingLeadsTo([ValueSource(nameof(Lengths))] int length, [Values] bool checkpoints)
    {
        await using MemoryStore store = await PrefixAsync(length, checkpoints);
        await AssertSameAsync(store, length);
    }

    [TestCase(1024)]
    [TestCase(1024, 768)]
    [TestCase(1024, 768, 512)]
    public async Task Load_WithoutTheNewestCheckpoints_TakesAnOlderOne(params int[] lost)
    {
        await using MemoryStore store = await PrefixAsync(Longest, checkpoints: true);
        foreach (int sequence in lost)
        {
            await store.DeleteAsync(StoreKeys.Checkpoint(sequence));
        }

        await AssertSameAsync(store, Longest);
        await using var recording = new RecordingStore(new UnlistedStore(store));
        using var log = new JournalLog(recording, TimeProvider.System);
        await log.FoldAsync(CancellationToken.None);
        long first = recording.Requests.Where(r => r.Operation == StoreOperation.Read && r.Key.StartsWith(StoreKeys.Journal, StringComparison.Ordinal)).Select(r => long.Parse(r.Key[^20..], System.Globalization.CultureInfo.InvariantCulture)).Min();
        Assert.That(first, Is.EqualTo(lost.Min() - Block + 1));
    }

    [Test]
    public async Task Load_WithADamagedCheckpoint_TakesAnOlderOne()
    {
        await using MemoryStore store = await PrefixAsync(Longest, checkpoints: true);
        await store.ReplaceAsync(StoreKeys.Checkpoint(1024), [1, 2, 3]);
        await AssertSameAsync(store, Longest);
    }

    /// <summary>A mirror makes a batch from its end: what lies beyond the gap is not there yet.</summary>
    [TestCase(100, 200, 300)]
    [TestCase(0, 200, 256)]
    [TestCase(200, 256, 456)]
    [TestCase(255, 257, 511)]
    [TestCase(300, 512, 556)]
    [TestCase(511, 767, 767)]
    [TestCase(767, 1023, 1023)]
    public async Task Load_WithinABatchOfAMirror_EndsBeforeTheGap(int head, int from, int to)
    {
        await using MemoryStore store = await PrefixAsync(to, checkpoints: true);
        for (int sequence = head + 1; sequence < from; sequence++)
        {
            await store.DeleteAsync(StoreKeys.Entry(sequence));
        }

        foreach (ObjectKey checkpoint in await store.KeysAsync(StoreKeys.Checkpoints))
        {
            if (checkpoint.CompareTo(StoreKeys.Checkpoint(head)) > 0)
            {
                await store.DeleteAsync(checkpoint);
            }
        }

        await AssertSameAsync(store, head);
    }

    [Test]
    public async Task Fold_AfterMoreEntriesCame_GoesOn()
    {
        await using MemoryStore store = await PrefixAsync(255, checkpoints: true);
        using var log = new JournalLog(new UnlistedStore(store), TimeProvider.System);
        Assert.That((await log.FoldAsync(CancellationToken.None)).Sequence, Is.EqualTo(255));
        for (int sequence = 256; sequence <= 300; sequence++)
        {
            await store.CreateAsync(StoreKeys.Entry(sequence), await _longest.BytesAsync(StoreKeys.Entry(sequence)));
        }

        Assert.That((await log.FoldAsync(CancellationToken.None)).Sequence, Is.EqualTo(300));
    }

    /// <summary>Few requests, whatever the length, and few one after another.</summary>
    [TestCase(0, 1, 4)]
    [TestCase(1, 1, 4)]
    [TestCase(4, 1, 12)]
    [TestCase(256, 2, 4)]
    [TestCase(600, 4, 92)]
    [TestCase(1100, 6, 92)]
    public async Task Load_Requests_AreFew(int length, int probes, int entries)
    {
        await using MemoryStore store = await PrefixAsync(length, checkpoints: true);
        await using var counting = new CountingStore(new UnlistedStore(store));
        using var log = new JournalLog(counting, TimeProvider.System);
        await log.FoldAsync(CancellationToken.None);
        Assert.That(counting.Count(StoreOperation.Stat), Is.EqualTo(probes));
        Assert.That(counting.Count(StoreOperation.Read), Is.EqualTo(entries + (length >= Block ? 1 : 0)));
        Assert.That(counting.Count(StoreOperation.List), Is.Zero);
    }

    [Test]
    public async Task Load_OfAServerThatHasSomethingEverywhere_Ends()
    {
        using var log = new JournalLog(new EverywhereStore(_longest), TimeProvider.System);
        Assert.That(async () => await log.FoldAsync(CancellationToken.None), Throws.TypeOf<IntegrityException>().With.Message.Contains("under every key"));
    }

    [Test]
    public async Task Append_ToAReadOnlyStore_IsRefusedBeforeAnyRequest()
    {
        await using var counting = new CountingStore(new UnlistedStore(_longest));
        using var log = new JournalLog(counting, TimeProvider.System);
        Assert.That(
            async () => await log.AppendAsync("mine", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>(null), CancellationToken.None),
            Throws.TypeOf<StoreUnavailableException>().With.Property("Code").EqualTo("read_only_store"));
        Assert.That(counting.Total, Is.Zero);
    }

    private async Task<MemoryStore> PrefixAsync(int length, bool checkpoints)
    {
        var store = new MemoryStore();
        foreach (ObjectKey key in await _longest.KeysAsync())
        {
            bool isWanted = key.Value.StartsWith(StoreKeys.Journal, StringComparison.Ordinal) || checkpoints;
            if (isWanted && StoreKeys.TryParseSequence(key, out long sequence) && sequence <= length)
            {
                await store.CreateAsync(key, await _longest.BytesAsync(key));
            }
        }

        return store;
    }

    private static async Task AssertSameAsync(MemoryStore store, long head)
    {
        using var listed = new JournalLog(store, TimeProvider.System);
        using var unlisted = new JournalLog(new UnlistedStore(store), TimeProvider.System);
        StoreState expected = await listed.FoldAsync(CancellationToken.None), found = await unlisted.FoldAsync(CancellationToken.None);
        Assert.That((expected.Sequence, found.Sequence), Is.EqualTo((head, head)));
        Assert.That(Checkpoint.Encode(found).ToArray(), Is.EqualTo(Checkpoint.Encode(expected).ToArray()));
    }

    private sealed class EverywhereStore(ObjectStore inner) : PassingStore(inner)
    {
        public override bool CanList => false;

        protected override ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken) => new(7);
    }
}
