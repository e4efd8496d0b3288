using NUnit.Framework;
using Versioning.Journal;
using Versioning.Storage;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Journal;

[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class JournalLogTests : StoreFixture
{
    private const string Artifact = "datasets/x";

    [Test]
    public async Task EightWriters_AtOnce_LoseNothingAndKeepOneChain()
    {
        const int Writers = 8, Rounds = 5;
        await using VersionStore first = await VersionStore.CreateAsync(_objects, _folder.Options);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            await using VersionStore store = await VersionStore.OpenAsync(_objects, _folder.Options);
            for (int round = 0; round < Rounds; round++)
            {
                string file = _folder.Write($"w{writer}/{round}/data.txt", $"{writer}/{round}");
                CommitResult made = await store.CommitAsync(Artifact, Path.GetDirectoryName(file)!, new CommitOptions { Message = $"{writer}/{round}" });
                Assert.That(made.Unchanged, Is.False);
                Assert.That(await store.TagAsync(made, $"t-{writer}-{round}"), Is.True);
            }
        })));

        List<ArtifactVersion> log = await first.LogAsync(Artifact).ToListAsync();
        Assert.That(log.Select(v => v.Number), Is.EqualTo(Enumerable.Range(1, Writers * Rounds).Reverse()));
        Assert.That(log.Select(v => v.Message), Is.EquivalentTo(
            from writer in Enumerable.Range(0, Writers) from round in Enumerable.Range(0, Rounds) select $"{writer}/{round}"));
        foreach (ArtifactVersion version in log)
        {
            Assert.That(version.Tags, Is.EqualTo([$"t-{version.Message.Replace('/', '-')}"]));
            byte[] read = new byte[16];
            int count = await first.ReadRangeAsync(version, "data.txt", 0, read);
            Assert.That(System.Text.Encoding.UTF8.GetString(read, 0, count), Is.EqualTo(version.Message));
        }

        await AssertChainAsync(2 * Writers * Rounds);
        Assert.That((await first.VerifyAsync()).Damages, Is.Empty);
    }

    [Test]
    public async Task Append_WhatNoReaderTakes_IsRefused()
    {
        _folder.Write("s/file", "text");
        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        await store.CommitAsync(Artifact, _folder.Of("s"));
        await using VersionStore verbose = await VersionStore.OpenAsync(new PassingStore(_objects), new VersionStoreOptions { Author = new string('a', (1 << 20) + 1), CacheDirectory = _folder.Of("cache") });
        Assert.That(() => verbose.TagAsync(Artifact, "t"), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("text_too_long"));
        Assert.That(await store.TagAsync(Artifact, "t"), Is.True, "The journal goes on.");
    }

    [TestCase(100)]
    [TestCase(255)]
    public async Task Append_BeforeAGap_IsRefused(long gap)
    {
        _folder.Write("s/file", "text");
        await using (VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options))
        {
            await store.CommitAsync(Artifact, _folder.Of("s"));
            for (int i = 2; i <= StoreKeys.EntriesPerBlock + 2; i++)
            {
                await store.TagAsync(Artifact, $"t{i}");
            }
        }

        await _objects.DeleteAsync(StoreKeys.Entry(gap));
        foreach (ObjectKey checkpoint in await _objects.KeysAsync(StoreKeys.Checkpoints))
        {
            await _objects.DeleteAsync(checkpoint);
        }

        await using VersionStore opened = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        Assert.That(async () => await opened.TagAsync(Artifact, "new"), Throws.TypeOf<IntegrityException>());
        Assert.That(await _objects.StatAsync(StoreKeys.Entry(gap)), Is.Null);
    }

    [Test]
    public async Task EightWriters_AliasFromTheSameExpectation_ExactlyOneWins()
    {
        await using VersionStore store = await VersionStore.CreateAsync(_objects, _folder.Options);
        await store.CommitAsync(Artifact, Path.GetDirectoryName(_folder.Write("s/a", "1"))!);
        bool[] won = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await using VersionStore other = await VersionStore.OpenAsync(_objects, _folder.Options);
            return await other.MoveAliasAsync(Artifact, "prod", "1", expected: "");
        })));
        Assert.That(won.Count(w => w), Is.EqualTo(1));
        await AssertChainAsync(2);
    }

    [Test]
    public async Task LostResponse_OnCreate_DoesNotPublishTwice([Values(1, 2, 5)] int lost)
    {
        await (await VersionStore.CreateAsync(_objects, _folder.Options)).DisposeAsync();
        await using var losing = new LosingStore(_objects, lost);
        await using VersionStore store = await VersionStore.OpenAsync(losing, _folder.Options);
        for (int i = 1; i <= 6; i++)
        {
            CommitResult made = await store.CommitAsync(Artifact, Path.GetDirectoryName(_folder.Write($"s{i}/a", $"{i}"))!);
            Assert.That((made.Version.Number, made.Unchanged), Is.EqualTo(((long)i, false)));
        }

        Assert.That(losing.Lost, Is.EqualTo(lost));
        await AssertChainAsync(6);
    }

    [Test]
    public async Task LostResponse_WhenAnotherWonThePosition_PublishesAtTheNext()
    {
        await (await VersionStore.CreateAsync(_objects, _folder.Options)).DisposeAsync();
        await using VersionStore other = await VersionStore.OpenAsync(_objects, _folder.Options);
        await using var overtaken = new OvertakenStore(_objects, () => other.CommitAsync(Artifact, Path.GetDirectoryName(_folder.Write("o/a", "other"))!));
        await using VersionStore store = await VersionStore.OpenAsync(overtaken, _folder.Options);
        CommitResult mine = await store.CommitAsync(Artifact, Path.GetDirectoryName(_folder.Write("m/a", "mine"))!);
        Assert.That(mine.Version.Number, Is.EqualTo(2));
        Assert.That(mine.Unchanged, Is.False);
        await AssertChainAsync(2);
    }

    [Test]
    public async Task LostResponse_AfterManyLostRaces_IsSettledAsAnyOther()
    {
        const int Races = 8;
        using var other = new JournalLog(_objects, TimeProvider.System);
        await using var contended = new ContendedStore(_objects, Races, () => other.AppendAsync("other", Condemn, CancellationToken.None));
        using var log = new JournalLog(contended, TimeProvider.System);
        Assert.That((await log.AppendAsync("mine", Condemn, CancellationToken.None))?.Sequence, Is.EqualTo(Races + 1));
        await AssertChainAsync(Races + 1);

        static Task<IReadOnlyList<JournalOperation>?> Condemn(StoreState state) =>
            Task.FromResult<IReadOnlyList<JournalOperation>?>([new CondemnOperation([Packs.PackId.New()])]);
    }

    [Test]
    public async Task Append_WhenReadsFailAfterItsEntryIsIn_StillSaysSo()
    {
        await using var failing = new FailingAfterStore(_objects);
        using var log = new JournalLog(failing, TimeProvider.System);
        AppendedEntry? entry = await log.AppendAsync("mine", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new CondemnOperation([Packs.PackId.New()])]), CancellationToken.None);
        Assert.That((entry?.Sequence, log.State.Sequence), Is.EqualTo(((long?)1, 1L)));
    }

    [Test]
    public async Task SixHundredEntries_WriteCheckpoints_AndAnyOfThemLeadsToTheSameState()
    {
        const int Count = 600;
        await using VersionStore store = await VersionStore.CreateAsync(_objects, _folder.Options);
        string folder = Path.GetDirectoryName(_folder.Write("s/a", "x"))!;
        for (int i = 1; i <= Count; i++)
        {
            await store.CommitAsync($"datasets/d{i % 7}", folder, new CommitOptions { Parameters = { ["i"] = $"{i}" }, Alias = "prod", Tag = i % 10 == 0 ? $"v{i}.0" : null });
        }

        List<ObjectKey> checkpoints = await _objects.KeysAsync(StoreKeys.Checkpoints);
        Assert.That(checkpoints, Is.Not.Empty);
        Assert.That(checkpoints, Does.Contain(StoreKeys.Checkpoint(256)));
        byte[] expected = await StateAsync();

        // Damaged newest: an older one serves.
        byte[] newest = await _objects.BytesAsync(checkpoints[^1]);
        newest[newest.Length / 2] ^= 1;
        await _objects.ReplaceAsync(checkpoints[^1], newest);
        Assert.That(await StateAsync(), Is.EqualTo(expected));

        // One that says another position than its key.
        await _objects.CreateAsync(StoreKeys.Checkpoint(5000), await _objects.BytesAsync(checkpoints[0]));
        Assert.That(await StateAsync(), Is.EqualTo(expected));
        await _objects.DeleteAsync(StoreKeys.Checkpoint(5000));

        foreach (ObjectKey key in checkpoints)
        {
            await _objects.ReplaceAsync(key, []);
        }

        Assert.That(await StateAsync(), Is.EqualTo(expected));
        foreach (ObjectKey key in checkpoints)
        {
            await _objects.DeleteAsync(key);
        }

        Assert.That(await StateAsync(), Is.EqualTo(expected));
        await AssertChainAsync(Count);
    }

    [TestCase(1)]
    [TestCase(255)]
    [TestCase(256)]
    [TestCase(257)]
    [TestCase(511)]
    [TestCase(512)]
    [TestCase(700)]
    public async Task Load_AnyLength_ReadsEveryEntryOnce_AndGoesOnFromThere(int length)
    {
        await _objects.CreateAsync(StoreKeys.Format, new StoreFormat(Packs.PackId.New().Value).Encode());
        using (var log = new JournalLog(_objects, TimeProvider.System, checkpointInterval: 1_000_000))
        {
            for (int i = 0; i < length; i++)
            {
                await log.AppendAsync("mine", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new CondemnOperation([Packs.PackId.New()])]), CancellationToken.None);
            }
        }

        await using var counting = new CountingStore(_objects);
        using var other = new JournalLog(counting, TimeProvider.System);
        Assert.That((await other.FoldAsync(CancellationToken.None)).Sequence, Is.EqualTo(length));
        Assert.That(counting.Count(StoreOperation.Read), Is.EqualTo(length));
        Assert.That(counting.Count(StoreOperation.List), Is.EqualTo(1));
        Assert.That((await other.AppendAsync("other", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new CondemnOperation([Packs.PackId.New()])]), CancellationToken.None))?.Sequence, Is.EqualTo(length + 1));
    }

    [Test]
    public async Task Fold_WithAMissingEntry_IsNeverAShorterHistoryInSilence()
    {
        await using VersionStore store = await VersionStore.CreateAsync(_objects, _folder.Options);
        for (int i = 1; i <= 3; i++)
        {
            await store.CommitAsync(Artifact, Path.GetDirectoryName(_folder.Write($"s{i}/a", $"{i}"))!);
        }

        await _objects.DeleteAsync(StoreKeys.Entry(2));
        await using VersionStore fresh = await VersionStore.OpenAsync(_objects, _folder.Options);
        Exception? thrown = null;
        VerifyReport? report = null;
        try
        {
            report = await fresh.VerifyAsync();
        }
        catch (IntegrityException e)
        {
            thrown = e;
        }

        Assert.That(thrown is not null || report is { IsSound: false }, Is.True, "Entry 2 of 3 is gone, and verify finds the store sound.");
    }

    private async Task<byte[]> StateAsync()
    {
        using var log = new JournalLog(_objects, TimeProvider.System);
        return Checkpoint.Encode(await log.FoldAsync(CancellationToken.None)).ToArray();
    }

    private async Task AssertChainAsync(long length)
    {
        List<ObjectKey> keys = await _objects.KeysAsync(StoreKeys.Journal);
        Assert.That(keys, Is.EqualTo(Enumerable.Range(1, (int)length).Select(i => StoreKeys.Entry(i))));
        Digest previous = default;
        var nonces = new HashSet<UInt128>();
        for (int i = 1; i <= length; i++)
        {
            byte[] bytes = await _objects.BytesAsync(StoreKeys.Entry(i));
            JournalEntry entry = JournalEntry.Decode(bytes, $"{i}");
            Assert.That((entry.Sequence, entry.Previous), Is.EqualTo(((long)i, previous)));
            Assert.That(nonces.Add(entry.Nonce), Is.True);
            previous = Canonical.DomainHash.Entry(bytes);
        }
    }

    /// <summary>Creates, and then loses the answer of the first few creations of journal entries.</summary>
    private sealed class LosingStore(ObjectStore inner, int lose) : PassingStore(inner)
    {
        internal int Lost { get; private set; }

        protected override async ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            bool created = await base.CreateCoreAsync(key, content, cancellationToken);
            if (Lost < lose && key.Value.StartsWith(StoreKeys.Journal, StringComparison.Ordinal))
            {
                Lost++;
                throw new StoreUnavailableException("lost", "The answer was lost.", transient: true);
            }

            return created;
        }
    }

    /// <summary>Before the first entry is created, another writer takes its position; the answer is lost too.</summary>
    private sealed class OvertakenStore(ObjectStore inner, Func<Task> other) : PassingStore(inner)
    {
        private bool _done;

        protected override async ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            if (!_done && key.Value.StartsWith(StoreKeys.Journal, StringComparison.Ordinal))
            {
                _done = true;
                await other();
                await base.CreateCoreAsync(key, content, cancellationToken);
                throw new StoreUnavailableException("lost", "The answer was lost.", transient: true);
            }

            return await base.CreateCoreAsync(key, content, cancellationToken);
        }
    }

    /// <summary>Another writer is faster a number of times; then the answer of the create is lost.</summary>
    private sealed class ContendedStore(ObjectStore inner, int races, Func<Task> other) : PassingStore(inner)
    {
        private int _tries;

        protected override async ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            bool raced = _tries++ < races;
            if (raced)
            {
                await other();
            }

            bool created = await base.CreateCoreAsync(key, content, cancellationToken);
            return raced ? created : throw new StoreUnavailableException("lost", "The answer was lost.", transient: true);
        }
    }

    /// <summary>No read succeeds after the first entry was created.</summary>
    private sealed class FailingAfterStore(ObjectStore inner) : PassingStore(inner)
    {
        private bool _created;

        protected override async ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            _created = await base.CreateCoreAsync(key, content, cancellationToken);

        protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            _created ? throw new StoreUnavailableException("down", "The store is down.", transient: true) : base.ReadCoreAsync(key, offset, destination, cancellationToken);
    }
}
