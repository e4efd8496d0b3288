using NUnit.Framework;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Faults;

namespace Versioning.Tests.Store;

/// <summary>What a machine keeps of remote stores saves requests and decides nothing.</summary>
[TestFixture]
internal sealed class MetadataCacheTests
{
    private const string Artifact = "datasets/x";

    private TempFolder _folder = null!;
    private MemoryStore _objects = null!;

    private string Kept => _folder.Of("cache/metadata");

    [SetUp]
    public void SetUp() => (_folder, _objects) = (new TempFolder(), new MemoryStore());

    [TearDown]
    public async Task TearDown()
    {
        _folder.Dispose();
        await _objects.DisposeAsync();
    }

    [Test]
    public async Task EveryFileOfIt_DamagedInAnyWay_ChangesNothing([Values("flip", "cut", "empty", "gone", "longer", "other")] string damage)
    {
        await CommitAsync(_objects, 3);
        string expected = await SayAsync(_objects);
        string[] files = Directory.GetFiles(Kept, "*", SearchOption.AllDirectories);
        Assert.That(files, Has.Length.GreaterThan(6), "journal, footers and nodes are kept");
        for (int i = 0; i < files.Length; i++)
        {
            byte[] before = await File.ReadAllBytesAsync(files[i]);
            switch (damage)
            {
                case "flip":
                    before[before.Length * i / files.Length] ^= 4;
                    await File.WriteAllBytesAsync(files[i], before);
                    break;
                case "cut":
                    await File.WriteAllBytesAsync(files[i], before[..^1]);
                    break;
                case "longer":
                    await File.WriteAllBytesAsync(files[i], [.. before, 0]);
                    break;
                case "empty":
                    await File.WriteAllBytesAsync(files[i], []);
                    break;
                case "gone":
                    File.Delete(files[i]);
                    break;
                default:
                    File.Copy(files[(i + 1) % files.Length], files[i], overwrite: true);
                    break;
            }

            Assert.That(await SayAsync(_objects), Is.EqualTo(expected), files[i]);
        }
    }

    [Test]
    public async Task ACommitAfterItWasDamaged_StillFindsWhatTheStoreHas([Values] bool damaged)
    {
        await CommitAsync(_objects, 1);
        for (int i = 0; i < 3; i++)
        {
            _folder.Write("s/a", $"changed {i}");
            await using VersionStore store = await VersionStore.OpenAsync(new RemoteStore(_objects), _folder.Options);
            CommitResult made = await store.CommitAsync(Artifact, _folder.Of("s"), new CommitOptions { Rehash = true });
            Assert.That(made.StoredBytes, Is.LessThan(5000));
            string[] files = Directory.GetFiles(Kept, "*", SearchOption.AllDirectories);
            Assert.That(files, Has.Some.EndsWith("footer"));
            foreach (string file in damaged ? files : [])
            {
                await File.WriteAllBytesAsync(file, [.. (await File.ReadAllBytesAsync(file)).Select(b => (byte)~b)]);
            }

            Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        }
    }

    [Test]
    public async Task AStoreMadeAnew_AtTheSamePlace_IsSeen()
    {
        await CommitAsync(_objects, 2);
        await SayAsync(_objects);
        await using var other = new MemoryStore();
        await CommitAsync(other, 1, "other", _folder.Of("elsewhere"));
        Assert.That(await SayAsync(other), Does.Contain("other").And.Not.Contains("@2"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task AnOlderCopyPutInPlace_IsSeen_AndGoesOnWithoutAGap(bool grows)
    {
        await CommitAsync(_objects, 2);
        await using MemoryStore older = await CopyAsync(_objects);
        await CommitAsync(_objects, 2, "later");
        await SayAsync(_objects);
        if (grows)
        {
            // As many entries as are known, but others.
            await CommitAsync(older, 2, "instead", _folder.Of("elsewhere"));
        }

        string fresh = await SayAsync(older, _folder.Of("another"));
        Assert.That(await SayAsync(older), Is.EqualTo(fresh));
        await CommitAsync(older, 1, "next");
        string all = await SayAsync(older, _folder.Of("third"));
        Assert.That(all, Does.Contain(grows ? "@5" : "@3").And.Contains("next"));
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(older), _folder.Options);
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
    }

    /// <summary>A replica has its source's id and is behind it.</summary>
    [Test]
    public async Task AReplicaElsewhere_UsedInTurnWithItsSource_IsNotReadAnew()
    {
        await CommitAsync(_objects, 3);
        await using MemoryStore replica = await CopyAsync(_objects);
        await CommitAsync(_objects, 3, "later");
        await using RecordingStore source = new(new PlacedStore(_objects, "s3://source")), copy = new(new PlacedStore(replica, "s3://replica"));
        for (int round = 0; round < 3; round++)
        {
            foreach ((RecordingStore store, int latest) in new[] { (source, 6), (copy, 3) })
            {
                store.Clear();
                await using VersionStore opened = await VersionStore.OpenAsync(new PassingStore(store), _folder.Options);
                Assert.That((await opened.ResolveAsync(Artifact)).Number, Is.EqualTo(latest));
                int journal = store.Requests.Count(r => r.Key.StartsWith("journal/", StringComparison.Ordinal) || r.Key.StartsWith("checkpoints", StringComparison.Ordinal));
                Assert.That(journal, round == 0 ? Is.GreaterThan(2) : Is.EqualTo(2), "The last entry that is known, and the one behind it.");
            }
        }

        // The replica is set back: what is known of the source says nothing of it.
        await using MemoryStore older = await CopyAsync(replica);
        await older.DeleteAsync(StoreKeys.Entry(3));
        await using VersionStore back = await VersionStore.OpenAsync(new PlacedStore(older, "s3://replica"), _folder.Options);
        Assert.That((await back.ResolveAsync(Artifact)).Number, Is.EqualTo(2));
    }

    [Test]
    public async Task AMachineThatIsFarBehind_CatchesUpByACheckpoint()
    {
        await CommitAsync(_objects, 1);
        await SayAsync(_objects);
        await using (VersionStore local = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options))
        {
            for (int i = 0; i < 600; i++)
            {
                await local.TagAsync($"{Artifact}@1", $"t{i}");
            }
        }

        await using var recording = new RecordingStore(new RemoteStore(_objects));
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(recording), _folder.Options);
        Assert.That((await store.ResolveAsync($"{Artifact}@t599")).Tags, Has.Count.EqualTo(600));

        // The kept ones, some behind them, a checkpoint and what comes behind that.
        Assert.That(recording.Requests, Has.Count.LessThan(170));
        recording.Clear();
        await using VersionStore again = await VersionStore.OpenAsync(new PassingStore(recording), _folder.Options);
        Assert.That((await again.ResolveAsync($"{Artifact}@t599")).Number, Is.EqualTo(1));
        Assert.That(recording.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task ManyAtOnce_MayShareIt()
    {
        await CommitAsync(_objects, 3);
        string expected = await SayAsync(_objects, _folder.Of("another"));
        string[] said = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SayAsync(_objects))));
        Assert.That(said, Is.All.EqualTo(expected));
        Assert.That(Directory.GetFiles(Kept, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f).Contains('.', StringComparison.Ordinal)), Is.Empty, "Nothing half written is left.");
    }

    [Test]
    public async Task ItsFolder_ThatCannotBeWritten_StopsNothing()
    {
        await CommitAsync(_objects, 1);
        string file = _folder.Write("file", "not a folder");
        Assert.That(await SayAsync(_objects, file), Is.EqualTo(await SayAsync(_objects)));
    }

    [Test]
    public async Task EveryStepOfTheDisk_ThatFails_StopsNothing([Values] bool dies)
    {
        await CommitAsync(_objects, 1);
        string expected = await SayAsync(_objects, _folder.Of("another"));
        for (int step = 0; ; step++)
        {
            var fault = new DiskFault(step, dies);
            string? said = null;
            try
            {
                await fault.RunAsync(async () => said = await SayAsync(_objects, _folder.Of($"cache{step}")));
            }
            catch (StoppedException) when (dies)
            {
                said = await SayAsync(_objects, _folder.Of($"cache{step}"));
            }

            Assert.That(said, Is.EqualTo(expected), $"{fault}");
            if (!fault.Reached)
            {
                Assert.That(step, Is.GreaterThan(10));
                break;
            }
        }
    }

    [Test]
    public async Task Verify_BelievesTheStoreOnly()
    {
        await CommitAsync(_objects, 1);
        string before = await SayAsync(_objects);
        ObjectInfo pack = await _objects.ListAsync(StoreKeys.Packs).FirstAsync();
        byte[] bytes = new byte[pack.Length];
        await _objects.ReadAsync(pack.Key, 0, bytes);

        // The root of the manifest: behind it lies only what the commit says of its packs.
        var footer = PackFooter.Parse(bytes, bytes.Length, "pack");
        bytes[footer[footer.Count - 2].Offset + 5] ^= 1;
        await _objects.DeleteAsync(pack.Key);
        await _objects.CreateAsync(pack.Key, bytes);
        Assert.That(await SayAsync(_objects), Is.EqualTo(before), "What is kept is sound.");
        await using VersionStore store = await VersionStore.OpenAsync(new RemoteStore(_objects), _folder.Options);
        Assert.That((await store.VerifyAsync()).Damages.Select(d => d.Object), Is.EqualTo([pack.Key.Value]));
    }

    [Test]
    public async Task OfLocalStores_AndWhereItIsTurnedOff_NothingIsKept()
    {
        await CommitAsync(_objects, 1);
        await using (VersionStore local = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options))
        {
            await local.ResolveAsync(Artifact);
        }

        var none = new VersionStoreOptions { CacheDirectory = _folder.Of("cache"), MetadataCacheBytes = 0 };
        await using VersionStore store = await VersionStore.OpenAsync(new RemoteStore(_objects), none);
        await store.ResolveAsync(Artifact);
        Assert.That(Directory.Exists(Kept), Is.False);
    }

    [Test]
    public async Task OfManyStores_NoMoreIsKeptThanAllowed()
    {
        const int Most = 512 * 1024;
        var options = new VersionStoreOptions { CacheDirectory = _folder.Of("cache"), MetadataCacheBytes = Most };
        for (int i = 0; i < 40; i++)
        {
            await using var objects = new MemoryStore();
            await CommitAsync(objects, 2);
            await using VersionStore store = await VersionStore.OpenAsync(new RemoteStore(objects), options);
            Assert.That(await store.ReadFilesAsync(Artifact).CountAsync(), Is.EqualTo(3));
        }

        FileInfo[] files = new DirectoryInfo(Kept).GetFiles("*", SearchOption.AllDirectories);
        Assert.That(files.Sum(f => Math.Max(f.Length, 4096)), Is.InRange(Most / 2, Most + (Most / 8)));
    }

    /// <summary>Makes versions from elsewhere: nothing of them is kept on this machine.</summary>
    private async Task CommitAsync(MemoryStore objects, int versions, string text = "x", string? cache = null)
    {
        var options = new VersionStoreOptions { Author = "tester", CacheDirectory = cache ?? _folder.Of("cache") };
        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(objects), options);
        for (int i = 0; i < versions; i++)
        {
            _folder.Write("s/a", $"{text} {i}");
            _folder.Write("s/b", SampleData.Make(3000, 3, i));
            _folder.Write("s/c", SampleData.Make(400_000, 3, i));
            await store.CommitAsync(Artifact, _folder.Of("s"));
        }
    }

    private static async Task<MemoryStore> CopyAsync(MemoryStore objects)
    {
        var copy = new MemoryStore();
        await foreach (ObjectInfo info in objects.ListAsync(""))
        {
            byte[] bytes = new byte[info.Length];
            await objects.ReadAsync(info.Key, 0, bytes);
            await copy.CreateAsync(info.Key, bytes);
        }

        return copy;
    }

    private sealed class PlacedStore(ObjectStore inner, string location) : PassingStore(inner)
    {
        public override string Location => location;

        public override bool IsRemote => true;
    }

    /// <summary>All that a store says to a process that begins now.</summary>
    private async Task<string> SayAsync(MemoryStore objects, string? cache = null)
    {
        var lines = new List<string>();
        var options = new VersionStoreOptions { CacheDirectory = cache ?? _folder.Of("cache") };
        await using VersionStore store = await VersionStore.OpenAsync(new RemoteStore(objects), options);
        await foreach (ArtifactVersion version in store.LogAsync(Artifact))
        {
            lines.Add($"{version.Pin} {version.Author} {version.FileCount}");
            await foreach (FileContent file in store.ReadFilesAsync(version.Pin.ToString()))
            {
                lines.Add(file.Path == "a" ? System.Text.Encoding.UTF8.GetString(file.Content.Span) : $"{file.Path} {Digest.Of(file.Content.Span)}");
            }
        }

        return string.Join('\n', lines);
    }
}
