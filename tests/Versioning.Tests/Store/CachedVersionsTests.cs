using System.Runtime.Versioning;
using NUnit.Framework;
using Versioning.Files;
using Versioning.Storage;
using Versioning.Tests.Compression;

namespace Versioning.Tests.Store;

/// <summary>What showing, pruning and verifying this machine's cache do with whole versions.</summary>
[TestFixture]
[Platform("Linux"), SupportedOSPlatform("linux")]
internal sealed class CachedVersionsTests
{
    private const int Size = 100_000;

    private TempFolder _folder = null!;
    private MemoryStore _objects = null!;
    private VersionStore _store = null!;
    private MachineCache _cache = null!;
    private PinnedVersion[] _pins = null!;

    [SetUp]
    public async Task SetUp()
    {
        (_folder, _objects) = (new TempFolder(), new MemoryStore());
        _cache = new MachineCache(_folder.Of("cache"));
        _store = await VersionStore.CreateAsync(new RemoteStore(_objects), _folder.Options);
        _folder.Write("s/shared", SampleData.Make(Size, 3, 1));
        _pins = new PinnedVersion[3];
        for (int i = 0; i < _pins.Length; i++)
        {
            _folder.Write("s/own", SampleData.Make(Size, 3, 10 + i));
            ArtifactVersion version = (await _store.CommitAsync("models/m", _folder.Of("s"))).Version;
            _pins[i] = new PinnedVersion("models/m", "models/m", version.Pin, version.Content, version.FileCount, version.ByteCount);
        }
    }

    [TearDown]
    public async Task TearDown()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
        await _objects.DisposeAsync();
    }

    [Test]
    public async Task Show_CountsVersions_AndThoseThatAreOpenApart()
    {
        using LocalVersion held = await _store.FetchAsync(_pins[0]);
        await OpenAndCloseAsync(1);
        CachePart versions = await VersionsAsync(), content = (await _cache.ShowAsync())[0];
        Assert.That((versions.Versions, versions.VersionsInUse), Is.EqualTo((2L, 1L)));
        Assert.That((versions.Files, versions.Bytes), Is.EqualTo((3L, 3L * Size)), "What both have counts once.");
        Assert.That((versions.FilesInUse, versions.BytesInUse), Is.EqualTo((2L, 2L * Size)));
        Assert.That((content.Files, content.FilesInUse, content.BytesInUse), Is.EqualTo((3L, 2L, 2L * Size)));
    }

    [Test]
    public async Task AFetchThatFailed_IsNoVersion()
    {
        await using VersionStore offline = VersionStore.Connect(new OfflineStore(), _folder.Options);
        Assert.That(() => offline.FetchAsync(_pins[0]), Throws.TypeOf<StoreUnavailableException>());
        Assert.That((await VersionsAsync()).Versions, Is.Zero);
        CachePart pruned = (await _cache.PruneAsync(0))[4];
        Assert.That((pruned.Versions, pruned.RemovedVersions), Is.EqualTo((0L, 0L)));
        Assert.That(Directory.GetFiles(_folder.Of("cache/versions")).Select(Path.GetFileName), Is.EqualTo(["gate"]));
    }

    [Test]
    public async Task Prune_TakesVersionsThatNobodyHolds_WithTheirContent_AndNoOther()
    {
        LocalVersion held = await _store.FetchAsync(_pins[0]);
        await OpenAndCloseAsync(1, 2);
        IReadOnlyList<CachePart> pruned = await _cache.PruneAsync(0);
        Assert.That((pruned[4].Versions, pruned[4].RemovedVersions, pruned[4].RemovedFiles, pruned[4].RemovedBytes), Is.EqualTo((1L, 2L, 2L, 2L * Size)));
        Assert.That((pruned[0].Files, pruned[0].RemovedFiles), Is.EqualTo((2L, 2L)), "What the one that is open needs stays.");
        Assert.That(File.ReadAllBytes(held.PathOf("own")), Is.EqualTo(SampleData.Make(Size, 3, 10)));
        held.Dispose();
        Assert.That((await _cache.PruneAsync(0)).Sum(part => part.Files), Is.EqualTo(0));
        Assert.That(Directory.EnumerateFiles(_folder.Of("cache"), "*", SearchOption.AllDirectories).Select(Path.GetFileName), Is.SubsetOf(new[] { "gate" }));
        using LocalVersion again = await _store.FetchAsync(_pins[0]);
        Assert.That(File.ReadAllBytes(again.PathOf("own")), Is.EqualTo(SampleData.Make(Size, 3, 10)));
    }

    [Test]
    public async Task Prune_ToASize_TakesTheVersionThatWasNotUsedForLongest()
    {
        await OpenAndCloseAsync(0, 1, 2);
        for (int i = 0; i < 3; i++)
        {
            File.SetLastWriteTimeUtc(PathOf(_pins[i]) + TreeFolder.LeaseSuffix, new DateTime(2020, 1, 1 + ((i + 2) % 3), 0, 0, 0, DateTimeKind.Utc));
        }

        Directory.Delete(_folder.Of("cache/metadata"), recursive: true);
        await _cache.PruneAsync(4 * Size);
        Assert.That(_pins.Select(pin => Directory.Exists(PathOf(pin))), Is.EqualTo([true, false, true]));
    }

    [Test]
    public async Task Prune_OfWhatAWorkspaceHasToo_FreesNothing_AndDoesNotCount()
    {
        await OpenAndCloseAsync(0);
        foreach (string name in new[] { "shared", "own" })
        {
            using TargetFolder target = TargetFolder.Open(_folder.Of("w"));
            target.TryPlace(System.Text.Encoding.ASCII.GetBytes(name), Path.Combine(PathOf(_pins[0]), name), Size, FileKind.File, LinkKind.Hard, replace: false, 0);
        }

        Directory.Delete(_folder.Of("cache/metadata"), recursive: true);
        CachePart kept = (await _cache.PruneAsync(Size))[4];
        Assert.That((kept.Versions, kept.RemovedVersions), Is.EqualTo((1L, 0L)), "It takes less than that.");
        IReadOnlyList<CachePart> pruned = await _cache.PruneAsync(0);
        Assert.That((pruned[4].RemovedVersions, pruned[0].FilesInUse, pruned[0].RemovedFiles), Is.EqualTo((1L, 2L, 0L)));
    }

    [Test]
    public async Task Prune_RemovesWhatAKilledProcessLeft()
    {
        await OpenAndCloseAsync(0, 1);
        string unfinished = PathOf(_pins[0]) + TreeFolder.PartialSuffix;
        Directory.Move(PathOf(_pins[0]), unfinished);
        string gone = $"{PathOf(_pins[1])}.1{TreeFolder.GoneSuffix}";
        Directory.Move(PathOf(_pins[1]), gone);
        await _cache.PruneAsync(0);
        Assert.That((Directory.Exists(unfinished), Directory.Exists(gone)), Is.EqualTo((false, false)));
        Assert.That(Directory.EnumerateFiles(_folder.Of("cache/content"), "*", SearchOption.AllDirectories), Is.Empty);
    }

    /// <summary>A disk loses bits without anyone writing: sizes and times stay.</summary>
    [Test]
    public async Task Verify_ADamagedFile_GoesFromContentAndVersions([Values("shared", "own")] string name, [Values] bool isOpen)
    {
        await OpenAndCloseAsync(1);
        LocalVersion held = await _store.FetchAsync(_pins[0]);
        string path = held.PathOf(name);
        if (!isOpen)
        {
            held.Dispose();
        }

        Damage(path);
        int copies = name == "shared" ? 2 : 1;
        IReadOnlyList<CachePart> verified = await _cache.VerifyAsync();
        Assert.That((verified[0].Name, verified[0].RemovedFiles), Is.EqualTo(("content", 1L)));
        Assert.That((verified[1].Name, verified[1].RemovedFiles, verified[1].DamagedInUse), Is.EqualTo(("versions", copies - (isOpen ? 1L : 0), isOpen ? 1L : 0)));
        Assert.That(File.Exists(path), Is.EqualTo(isOpen));
        using LocalVersion first = await _store.FetchAsync(_pins[0]), second = await _store.FetchAsync(_pins[1]);
        foreach ((LocalVersion local, int seed) in new[] { (first, 10), (second, 11) })
        {
            Assert.That(File.ReadAllBytes(local.PathOf("shared")), Is.EqualTo(SampleData.Make(Size, 3, 1)));
            Assert.That(File.ReadAllBytes(local.PathOf("own")), Is.EqualTo(SampleData.Make(Size, 3, seed)));
        }

        held.Dispose();
        verified = await _cache.VerifyAsync();
        Assert.That(verified.Sum(part => part.RemovedFiles + part.DamagedInUse), Is.Zero);
    }

    [Test]
    public async Task Verify_AFileThatIsTheVersionsOwn_IsHashedToo()
    {
        var small = new VersionStoreOptions { CacheDirectory = _folder.Of("cache"), ContentCacheBytes = Size };
        await using VersionStore store = VersionStore.Connect(new RemoteStore(_objects), small);
        (await store.FetchAsync(_pins[0])).Dispose();
        Assert.That((await _cache.VerifyAsync()).Sum(part => part.RemovedFiles), Is.Zero);
        Damage(Path.Combine(PathOf(_pins[0]), "own"));
        IReadOnlyList<CachePart> verified = await _cache.VerifyAsync();
        Assert.That((verified[0].RemovedFiles, verified[1].RemovedFiles), Is.EqualTo((0L, 1L)));
        using LocalVersion again = await store.FetchAsync(_pins[0]);
        Assert.That(File.ReadAllBytes(again.PathOf("own")), Is.EqualTo(SampleData.Make(Size, 3, 10)));
    }

    /// <summary>Whoever has a version open, or makes a folder, gets what the version has, whatever else is done to the cache meanwhile.</summary>
    [Test]
    public async Task PruneAndVerify_WhileVersionsAreFetchedAndRestored_DisturbNobody()
    {
        _folder.Write($"w/{Workspace.FileName}", "{ \"store\": \"somewhere\" }");
        var workspace = Workspace.Open(_folder.Of("w"));
        await workspace.PinAsync(_store, "models/m@2", new PinOptions { Path = "in" });
        using var end = new CancellationTokenSource();
        Task[] disturbers =
        [
            .. Enumerable.Range(0, 2).Select(_ => RepeatAsync(() => new MachineCache(_folder.Of("cache")).PruneAsync(0))),
            RepeatAsync(() => _cache.PruneAsync(2 * Size)),
            RepeatAsync(() => _cache.VerifyAsync()),
            RepeatAsync(() => _cache.ShowAsync()),
        ];
        Task[] users = [.. Enumerable.Range(0, 3).Select(UseAsync), RestoreAsync()];
        try
        {
            await Task.WhenAll(users);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(disturbers);
        }

        Assert.That((await _cache.VerifyAsync()).Sum(part => part.RemovedFiles + part.DamagedInUse), Is.Zero);
        Assert.That((await _cache.PruneAsync(0)).Sum(part => part.Files - part.FilesInUse), Is.EqualTo(2), "What is restored is known as such, and who restores there waits for others.");

        Task RepeatAsync(Func<Task> action) => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                await action();
            }
        });

        Task UseAsync(int version) => Task.Run(async () =>
        {
            await using VersionStore store = VersionStore.Connect(new RemoteStore(_objects), _folder.Options);
            for (int i = 0; i < 20; i++)
            {
                using LocalVersion local = await store.FetchAsync(_pins[version]);
                Assert.That(File.ReadAllBytes(local.PathOf("shared")), Is.EqualTo(SampleData.Make(Size, 3, 1)));
                Assert.That(File.ReadAllBytes(local.PathOf("own")), Is.EqualTo(SampleData.Make(Size, 3, 10 + version)));
            }
        });

        Task RestoreAsync() => Task.Run(async () =>
        {
            for (int i = 0; i < 20; i++)
            {
                await workspace.RestoreAsync(_store, new RestoreOptions { Links = i % 2 == 0 ? LinkKind.Hard : LinkKind.Copy }, _folder.Options);
                Assert.That(File.ReadAllBytes(_folder.Of("w/in/own")), Is.EqualTo(SampleData.Make(Size, 3, 11)));
                Directory.Delete(_folder.Of("w/in"), recursive: true);
            }
        });
    }

    private async Task OpenAndCloseAsync(params int[] versions)
    {
        foreach (int version in versions)
        {
            (await _store.FetchAsync(_pins[version])).Dispose();
        }
    }

    private async Task<CachePart> VersionsAsync() => (await _cache.ShowAsync()).Single(part => part.Name == "versions");

    private string PathOf(PinnedVersion pin) => new TreeFolder(_folder.Of("cache")).PathOf(pin.Manifest.ToHex());

    private static void Damage(string path)
    {
        DateTime time = File.GetLastWriteTimeUtc(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite))
        {
            int first = file.ReadByte();
            file.Position = 0;
            file.WriteByte((byte)~first);
        }

        File.SetLastWriteTimeUtc(path, time);
    }
}
