using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Faults;
using Versioning.Tests.Mirroring;
using Versioning.Tests.Store;

namespace Versioning.Tests.Commits;

[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class CopyTests
{
    private static readonly CommitOptions Plain = new() { RecordCode = false };

    [Test]
    public async Task Copy_OfEveryVersionOfARandomHistory_KeepsDigestsAndBytes([Range(1, 4)] int seed)
    {
        using var folder = new TempFolder();
        await using var from = new MemoryStore();
        await using var to = new MemoryStore();
        var history = new Histories(from, folder, seed);
        for (int step = 1; step <= 14; step++)
        {
            await history.StepAsync();
            if (step == 8)
            {
                await history.MergeAsync();
            }
        }

        // The other store has versions of its own, of the same artifacts too.
        await new Histories(to, folder, seed + 100).CommitAsync("datasets/a", 5000);
        await new Histories(to, folder, seed).CommitAsync("datasets/b", 100);
        await using VersionStore source = await VersionStore.OpenAsync(from, folder.Options);
        await using VersionStore target = await VersionStore.OpenAsync(to, folder.Options);
        List<ArtifactVersion> all = await AllAsync(source);
        foreach (ArtifactVersion version in all.OrderBy(v => v.Digest.ToHex()))
        {
            CopiedVersion copied = (await source.CopyAsync([version], target)).Single();
            Assert.That(copied.Unchanged, Is.False);
            await AssertSameAsync(source, version, target, copied.Pin);
        }

        IReadOnlyList<CopiedVersion> again = await source.CopyAsync(all.Select(v => (ArtifactReference)v), target);
        Assert.That(again.Select(c => (c.Unchanged, c.StoredBytes)), Is.All.EqualTo((true, 0L)));
        Assert.That((await target.VerifyAsync(new VerifyOptions { HashFiles = true })).Damages, Is.Empty);
    }

    [Test]
    public async Task Copy_OfAManifestOfManyNodes_IsTheSame_AndOfTheNextVersionMovesAndReadsOnlyWhatChanged()
    {
        using var folder = new TempFolder();
        await using var from = new MemoryStore();
        await using var to = new MemoryStore();
        await using var reading = new RecordingStore(from);
        await using var writing = new CountingStore(to);
        await using VersionStore source = await VersionStore.CreateAsync(from, folder.Options);
        await using VersionStore target = await VersionStore.CreateAsync(writing, folder.Options);
        for (int i = 0; i < 2_000; i++)
        {
            folder.Write($"s/d{i % 40}/f{i}", $"{i}");
        }

        folder.Write("s/empty", "");
        folder.Write("s/large", SampleData.Make(3_000_000, 3, 1));
        File.CreateSymbolicLink(folder.Of("s/link"), "large");
        CommitResult first = await source.CommitAsync("d", folder.Of("s"), Plain);
        List<ObjectKey> packs = await from.KeysAsync(StoreKeys.Packs);
        folder.Write("s/d7/f7", "changed");
        folder.Write("s/d7/new", "new");
        CommitResult second = await source.CommitAsync("d", folder.Of("s"), Plain);
        await using (VersionStore fresh = await VersionStore.OpenAsync(reading, folder.Options))
        {
            await AssertSameAsync(fresh, first.Version, target, (await fresh.CopyAsync([first], target)).Single().Pin);
        }

        long written = writing.BytesWritten;
        reading.Clear();
        writing.Reset();
        await using (VersionStore fresh = await VersionStore.OpenAsync(reading, folder.Options))
        {
            CopiedVersion copied = (await fresh.CopyAsync([second], target)).Single();
            IEnumerable<string> read = reading.Requests.Where(r => r.Operation == StoreOperation.Read).Select(r => r.Key);
            Assert.That(read.Intersect(packs.Select(pack => pack.Value)), Is.Empty, "Nothing of what the first version brought.");
            Assert.That(writing.BytesWritten, Is.LessThan(written / 50), "A few nodes and the entry.");
            await AssertSameAsync(fresh, second.Version, target, copied.Pin);
        }
    }

    [Test]
    public async Task Copy_OfVersionsThatShareChunks_MovesEachChunkOnce()
    {
        using var folder = new TempFolder();
        await using var from = new MemoryStore();
        await using var inner = new MemoryStore();
        await using var to = new CountingStore(inner);
        await using VersionStore source = await VersionStore.CreateAsync(from, folder.Options);
        await using VersionStore target = await VersionStore.CreateAsync(to, folder.Options);
        byte[] noise = new byte[4_000_000];
        new Random(1).NextBytes(noise);
        folder.Write("s/noise", noise);
        folder.Write("s/twice", noise);
        CommitResult one = await source.CommitAsync("datasets/one", folder.Of("s"), Plain);
        folder.Write("s/more", "more");
        CommitResult two = await source.CommitAsync("datasets/two", folder.Of("s"), Plain);
        to.Reset();
        await source.CopyAsync([one, two], target);
        Assert.That(to.BytesWritten, Is.LessThan(4_100_000));
    }

    [Test]
    public async Task Copy_WithInputs_CopiesThemFirst_AndWithout_KeepsTheirPins()
    {
        using var folder = new TempFolder();
        await using var from = new MemoryStore();
        await using var to = new MemoryStore();
        await using var other = new MemoryStore();
        await using VersionStore source = await VersionStore.CreateAsync(from, folder.Options);
        await using VersionStore target = await VersionStore.CreateAsync(to, folder.Options);
        await using VersionStore without = await VersionStore.CreateAsync(other, folder.Options);
        string path = Path.GetDirectoryName(folder.Write("s/a", "raw"))!;
        CommitResult raw = await source.CommitAsync("datasets/raw", path, Plain);
        folder.Write("s/a", "clean");
        CommitResult clean = await source.CommitAsync("datasets/clean", path, new() { RecordCode = false, Inputs = { raw } });
        CommitResult model = await source.CommitAsync("models/m", path, new() { RecordCode = false, Inputs = { clean, raw }, Tag = "1.0" });
        await target.CommitAsync("datasets/raw", path, Plain);
        await target.CommitAsync("models/m", path, new() { RecordCode = false, Alias = "1.0" });

        IReadOnlyList<CopiedVersion> copied = await source.CopyAsync([model, raw], target, new CopyOptions { WithInputs = true, WithTags = true });
        Assert.That(copied.Select(c => c.Source), Is.EqualTo([raw.Pin, clean.Pin, model.Pin]));
        Assert.That(copied.Select(c => c.Pin), Is.EqualTo([raw.Pin with { Number = 2 }, clean.Pin, model.Pin with { Number = 2 }]));
        Assert.That(copied[2].TagsTaken, Is.EqualTo(["1.0"]));
        Assert.That((await target.ResolveAsync(copied[2].Pin)).Inputs, Is.EqualTo([clean.Pin, raw.Pin]));
        Assert.That((await target.ResolveAsync($"datasets/raw@{raw.Version.Digest}")).Number, Is.EqualTo(2));

        CopiedVersion alone = (await source.CopyAsync([model], without)).Single();
        Assert.That((alone.Tags.Count, (await without.ListArtifactsAsync().ToListAsync()).Count), Is.EqualTo((0, 1)));
        CopiedVersion tagged = (await source.CopyAsync(["models/m@1.0"], without, new CopyOptions { WithTags = true })).Single();
        Assert.That((tagged.Unchanged, tagged.Tags.Single(), (await without.ResolveAsync("models/m@1.0")).Digest), Is.EqualTo((true, "1.0", model.Version.Digest)));

        // From where only the model went, its inputs can't be had.
        string before = await Replicas.DescribeAsync(to);
        NotFoundException? refused = await Assert.ThrowsAsync<NotFoundException>(() => without.CopyAsync(["models/m"], target, new CopyOptions { WithInputs = true }));
        Assert.That(refused!.Code, Is.EqualTo("input_not_found"));
        await Replicas.AssertUntouchedAsync(to, before);
    }

    [Test]
    public async Task Copy_OfADamagedVersion_FailsWithIntegrity_AndPublishesNothing()
    {
        using var folder = new TempFolder();
        await using var from = new MemoryStore();
        await using var to = new MemoryStore();
        await using VersionStore target = await VersionStore.CreateAsync(to, folder.Options);
        await using (VersionStore made = await VersionStore.CreateAsync(from, folder.Options))
        {
            await made.CommitAsync("d", Path.GetDirectoryName(folder.Write("s/a", SampleData.Make(500_000, 3, 1)))!, Plain);
        }

        ObjectKey pack = (await from.KeysAsync(StoreKeys.Packs)).Single();
        byte[] bytes = await from.BytesAsync(pack);
        bytes[1000] ^= 1;
        await from.ReplaceAsync(pack, bytes);
        await using VersionStore source = await VersionStore.OpenAsync(from, folder.Options);
        Assert.That(async () => await source.CopyAsync(["d"], target), Throws.InstanceOf<IntegrityException>());
        Assert.That(await target.ListArtifactsAsync().CountAsync(), Is.Zero);
    }

    [Test]
    public async Task Copy_FaultAtAnyRequest_LeavesAllOrNothing_AndCanBeRepeated(
        [Values] bool atSource, [Values(FaultAction.Stop, FaultAction.Throw)] FaultAction action, [Values] FaultPhase phase)
    {
        using var folder = new TempFolder();
        await using var from = new MemoryStore();
        await using var before = new MemoryStore();
        var history = new Histories(from, folder, 1);
        await history.CommitAsync("datasets/a", 1000);
        await new Histories(before, folder, 2).CommitAsync("datasets/a", 1000);
        await history.CommitAsync("datasets/a", 2000);
        await history.MergeAsync();
        await history.CommitAsync("datasets/b", 3000, new CommitOptions { RecordCode = false, Inputs = { "datasets/a" }, Tag = "t" });
        string untouched = await StoreSnapshot.OfAsync(before, folder.Options);
        string? after = null;
        int index = 0;
        for (bool reached = true; reached; index++)
        {
            await using MemoryStore to = await before.CopyAsync();
            var fault = new FaultPoint(index, phase, action);
            bool succeeded = true;
            try
            {
                await CopyAsync(atSource ? fault.Over(from) : from, atSource ? to : fault.Over(to), folder.Options);
            }
            catch (Exception e) when (e is StoppedException or StoreUnavailableException { Code: FaultyStore.InjectedCode } or AggregateException { InnerException: StoppedException })
            {
                Assert.That(fault.Reached, Is.True, e.ToString());
                succeeded = false;
            }

            reached = fault.Reached;
            string now = await StoreSnapshot.OfAsync(to, folder.Options);
            await CopyAsync(from, to, folder.Options);
            string repeated = await StoreSnapshot.OfAsync(to, folder.Options);
            after ??= repeated;
            Assert.That(repeated, Is.EqualTo(after).And.Not.EqualTo(untouched), $"{fault}, and then repeated");
            Assert.That(now, succeeded ? Is.EqualTo(after) : Is.Not.Null, $"{fault}");
        }

        Assert.That(index, Is.GreaterThan(5), "There were requests to disturb.");
    }

    [Test]
    public async Task Copy_WhileOthersCommitTheSameArtifact_GetsANumberOfItsOwn()
    {
        using var folder = new TempFolder();
        await using var from = new MemoryStore();
        await using var to = new MemoryStore();
        await using VersionStore source = await VersionStore.CreateAsync(from, folder.Options);
        await using VersionStore target = await VersionStore.CreateAsync(to, folder.Options);
        var versions = new List<CommitResult>();
        for (int i = 0; i < 5; i++)
        {
            versions.Add(await source.CommitAsync("d", Path.GetDirectoryName(folder.Write("s/a", $"copied {i}"))!, Plain));
        }

        async Task CommitAsync(int i)
        {
            await using VersionStore own = await VersionStore.OpenAsync(to, folder.Options);
            await own.CommitAsync("d", Path.GetDirectoryName(folder.Write($"own{i}/a", $"own {i}"))!, Plain);
        }

        Task<IReadOnlyList<CopiedVersion>>[] copies = [.. versions.Select(v => Task.Run(() => source.CopyAsync([v], target)))];
        await Task.WhenAll([.. copies, .. Enumerable.Range(0, 5).Select(i => Task.Run(() => CommitAsync(i)))]);
        List<ArtifactVersion> there = await AllAsync(target);
        Assert.That(there.Select(v => v.Number).Order(), Is.EqualTo(Enumerable.Range(1, 10)));
        foreach (Task<IReadOnlyList<CopiedVersion>> copy in copies)
        {
            CopiedVersion copied = (await copy).Single();
            Assert.That(there.Single(v => v.Digest == copied.Source.Digest).Pin, Is.EqualTo(copied.Pin));
        }

        Assert.That((await target.VerifyAsync()).Damages, Is.Empty);
    }

    [Test]
    public async Task Copy_WhoseChunksAreCollectedBeforeItsEntry_UploadsThemAgain()
    {
        using var folder = new TempFolder();
        await using var from = new MemoryStore();
        await using var to = new MemoryStore();
        await using VersionStore source = await VersionStore.CreateAsync(from, folder.Options);
        await source.CommitAsync("d", Path.GetDirectoryName(folder.Write("s/a", new string('x', 50_000)))!, Plain);
        await (await VersionStore.CreateAsync(to, folder.Options)).DisposeAsync();
        await using var collecting = new CollectingStore(to, delete: true);
        await using VersionStore target = await VersionStore.OpenAsync(collecting, folder.Options);
        CopiedVersion copied = (await source.CopyAsync(["d"], target)).Single();
        Assert.That((await target.VerifyAsync()).Damages, Is.Empty);
        await AssertSameAsync(source, await source.ResolveAsync("d"), target, copied.Pin);
    }

    private static async Task CopyAsync(ObjectStore from, ObjectStore to, VersionStoreOptions options)
    {
        await using VersionStore source = await VersionStore.OpenAsync(from, options);
        await using VersionStore target = await VersionStore.OpenAsync(to, options);
        await source.CopyAsync(["datasets/b"], target, new CopyOptions { WithInputs = true, WithTags = true });
    }

    private static async Task AssertSameAsync(VersionStore source, ArtifactVersion version, VersionStore target, ArtifactPin pin)
    {
        ArtifactVersion there = await target.ResolveAsync(pin);
        Assert.That((there.Digest, there.Content), Is.EqualTo((version.Digest, version.Content)));
        Assert.That(await target.ListFilesAsync(pin).ToListAsync(), Is.EqualTo(await source.ListFilesAsync(version).ToListAsync()));
        Assert.That((await target.VerifyAsync(new VerifyOptions { Reference = pin })).Damages, Is.Empty);
    }

    private static async Task<List<ArtifactVersion>> AllAsync(VersionStore store)
    {
        var all = new List<ArtifactVersion>();
        foreach (ArtifactSummary artifact in await store.ListArtifactsAsync().ToListAsync())
        {
            all.AddRange(await store.LogAsync(artifact.Name).ToListAsync());
        }

        return all;
    }
}
