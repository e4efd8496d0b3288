using System.IO.MemoryMappedFiles;
using NUnit.Framework;
using Versioning.Files;
using Versioning.Storage;
using Versioning.Tests.Compression;

namespace Versioning.Tests.Store;

/// <summary>Versions as folders of the machine's cache.</summary>
[TestFixture]
internal sealed class LocalVersionTests
{
    private const string Artifact = "models/churn";

    private TempFolder _folder = null!;
    private MemoryStore _objects = null!;
    private VersionStore _store = null!;
    private PinnedVersion _pin = null!;

    [SetUp]
    public async Task SetUp()
    {
        (_folder, _objects) = (new TempFolder(), new MemoryStore());
        _store = await VersionStore.CreateAsync(new RemoteStore(_objects), _folder.Options);
        _folder.Write("s/weights.bin", SampleData.Make(300_000, 3, 1));
        _folder.Write("s/meta/labels.txt", "cat\ndog\n");
        _folder.Write("s/empty", "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.Write("s/run", "#!/bin/sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
            File.CreateSymbolicLink(_folder.Of("s/link"), "meta/labels.txt");
        }

        _pin = await CommitAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _store.DisposeAsync();
        foreach (string file in Directory.EnumerateFiles(_folder.Root, "*", SearchOption.AllDirectories).Where(_ => OperatingSystem.IsWindows()))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        _folder.Dispose();
        await _objects.DisposeAsync();
    }

    [Test]
    public async Task Fetch_OfAPin_GivesAFolderThatCanBeMapped()
    {
        using LocalVersion local = await _store.FetchAsync(_pin);
        AssertSame(local.Path);
        Assert.That(local.Pin, Is.EqualTo(_pin.Pin));
        using var mapped = MemoryMappedFile.CreateFromFile(local.PathOf("weights.bin"), FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using MemoryMappedViewAccessor view = mapped.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        Assert.That(view.ReadByte(1234), Is.EqualTo(File.ReadAllBytes(_folder.Of("s/weights.bin"))[1234]));
        Assert.That(() => local.PathOf("../gate"), Throws.TypeOf<NotFoundException>());
        Assert.That(() => local.PathOf("meta"), Throws.TypeOf<NotFoundException>());
    }

    [Test]
    public async Task Fetch_OfAnAlias_IsWhatItNamesNow_AndTheSameFolder()
    {
        await _store.MoveAliasAsync(Artifact, "production", "1");
        using LocalVersion byPin = await _store.FetchAsync(_pin), byAlias = await _store.FetchAsync($"{Artifact}@production");
        Assert.That((byAlias.Path, byAlias.Pin), Is.EqualTo((byPin.Path, _pin.Pin)));
        Assert.That(Directory.GetFiles(_folder.Of("cache/lists")), Has.Length.EqualTo(1), "What the version has is kept once.");
    }

    [Test]
    public async Task Fetch_OfWhatIsThere_AsksNoStore()
    {
        (await _store.FetchAsync(_pin)).Dispose();
        await using VersionStore offline = Offline();
        using LocalVersion local = await offline.FetchAsync(_pin);
        AssertSame(local.Path);
    }

    [Test]
    public async Task Fetch_OfFilesThatOtherFoldersHad_AsksNoStore()
    {
        string tree = await PathOfTreeAsync();
        Directory.Delete(tree, recursive: true);
        await using VersionStore offline = Offline();
        using LocalVersion local = await offline.FetchAsync(_pin);
        AssertSame(local.Path);
    }

    [Test]
    public async Task Fetch_OfWhatThisMachineNeverSaw_SaysThatTheStoreIsNotThere()
    {
        await using VersionStore offline = Offline();
        Assert.That(async () => await offline.FetchAsync(_pin), Throws.TypeOf<StoreUnavailableException>());
        using LocalVersion local = await _store.FetchAsync(_pin);
        AssertSame(local.Path);
    }

    [Test]
    public async Task Fetch_OfSomePaths_HasThoseAlone()
    {
        using LocalVersion part = await _store.FetchAsync(_pin, ["meta/**"]), whole = await _store.FetchAsync(_pin);
        Assert.That(Paths(part.Path), Is.EqualTo(["meta/labels.txt"]));
        AssertSame(whole.Path);
        Assert.That(() => part.PathOf("weights.bin"), Throws.TypeOf<NotFoundException>());
    }

    [TestCase("weights.bin")]
    [TestCase("meta/labels.txt")]
    [TestCase("empty")]
    public async Task File_ThatWasEditedInPlace_IsReplaced_WhereItIsOpenedNext(string file)
    {
        string path = Path.Combine(await PathOfTreeAsync(), file);
        File.SetAttributes(path, FileAttributes.Normal);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        byte[] content = [.. File.ReadAllBytes(path).Select(b => (byte)(b ^ 1)), .. file == "empty" ? "x"u8 : []];
        await File.WriteAllBytesAsync(path, content);
        using LocalVersion local = await _store.FetchAsync(_pin);
        AssertSame(local.Path);
        (await _store.FetchAsync(_pin, ["**"])).Dispose();
        AssertSame((await _store.FetchAsync(_pin, ["**", "x"])).Path);
    }

    [Test]
    public async Task File_ThatWasDeleted_IsThereAgain_WhileOthersUseTheFolder()
    {
        using LocalVersion held = await _store.FetchAsync(_pin);
        await using FileStream open = File.OpenRead(held.PathOf("weights.bin"));
        File.Delete(held.PathOf("meta/labels.txt"));
        using LocalVersion local = await _store.FetchAsync(_pin);
        AssertSame(local.Path);
        Assert.That(open.ReadByte(), Is.EqualTo(File.ReadAllBytes(_folder.Of("s/weights.bin"))[0]));
    }

    [Test]
    public async Task File_ThatOnlyLostItsTime_IsReadAndStays()
    {
        string path = Path.Combine(await PathOfTreeAsync(), "weights.bin");
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await using VersionStore offline = Offline();
        using LocalVersion local = await offline.FetchAsync(_pin);
        AssertSame(local.Path);
        Assert.That(File.GetLastWriteTimeUtc(path).Year, Is.GreaterThan(2020));
    }

    [Test]
    public async Task Fetch_ThatWasInterrupted_GoesOn()
    {
        string tree = await PathOfTreeAsync();
        Directory.Move(tree, tree + TreeFolder.PartialSuffix);
        File.Delete(Path.Combine(tree + TreeFolder.PartialSuffix, "empty"));
        using LocalVersion local = await _store.FetchAsync(_pin);
        AssertSame(local.Path);
        Assert.That(Directory.Exists(tree + TreeFolder.PartialSuffix), Is.False);
    }

    [Test]
    public async Task Fetches_SideBySide_MakeOneFolder()
    {
        VersionStore[] stores = [.. Enumerable.Range(0, 4).Select(_ => VersionStore.Connect(new RemoteStore(_objects), _folder.Options))];
        LocalVersion[] opened = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => stores[i % 4].FetchAsync(_pin))));
        Assert.That(opened.Select(o => o.Path).Distinct().ToArray(), Has.Length.EqualTo(1));
        AssertSame(opened[0].Path);
        foreach (LocalVersion local in opened)
        {
            local.Dispose();
        }
    }

    [Test]
    public async Task FileTooLargeForTheCache_IsTheFoldersOwn_AndSealedToo()
    {
        var small = new VersionStoreOptions { CacheDirectory = _folder.Of("cache"), ContentCacheBytes = 400_000 };
        await using VersionStore store = VersionStore.Connect(new RemoteStore(_objects), small);
        string path;
        using (LocalVersion local = await store.FetchAsync(_pin))
        {
            AssertSame(local.Path);
            path = local.PathOf("weights.bin");
            Assert.That(File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly) || Environment.UserName == "root" || OperatingSystem.IsWindows());
        }

        await using VersionStore offline = Offline();
        using LocalVersion again = await offline.FetchAsync(_pin);
        AssertSame(again.Path);
    }

    [Test]
    public async Task Folders_ThatNobodyHolds_GoWhenRoomIsNeeded_TheLeastUsedFirst()
    {
        string[] trees = new string[4];
        LocalVersion? held = null;
        for (int i = 0; i < 3; i++)
        {
            _folder.Write("s/weights.bin", SampleData.Make(200_000, 3, 10 + i));
            LocalVersion local = await _store.FetchAsync(await CommitAsync());
            trees[i] = local.Path;
            File.SetLastWriteTimeUtc(local.Path + TreeFolder.LeaseSuffix, new DateTime(2020, 1, 1 + i, 0, 0, 0, DateTimeKind.Utc));
            if (i == 0)
            {
                held = local;
            }
            else
            {
                local.Dispose();
            }
        }

        // Room for two and what a look leaves free: one of the two that nobody holds has to go.
        var content = new CacheLimit(_folder.Of("cache/content"), 500_000, ContentFiles.Used, ContentFiles.IsInUse, first: 0, others: () => new TreeRemoval(new TreeFolder(_folder.Of("cache")), _folder.Of("cache/content")).Items());
        content.Note(1);
        Assert.That(trees[..3].Select(Directory.Exists), Is.EqualTo([true, false, true]));
        Assert.That(File.Exists(trees[1] + TreeFolder.LeaseSuffix), Is.False);
        Assert.That(Directory.EnumerateFiles(_folder.Of("cache/content"), "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length), Is.LessThan(450_000));
        Assert.That(Directory.EnumerateDirectories(_folder.Of("cache/versions"), "*" + TreeFolder.GoneSuffix), Is.Empty);
        held!.Dispose();
        new CacheLimit(_folder.Of("cache/content"), 1, ContentFiles.Used, ContentFiles.IsInUse, first: 0, others: () => new TreeRemoval(new TreeFolder(_folder.Of("cache")), _folder.Of("cache/content")).Items()).Note(1);
        Assert.That(Directory.EnumerateDirectories(_folder.Of("cache/versions")), Is.Empty);
    }

    [Test]
    public async Task Lease_ThatSomeoneHolds_IsNotTaken_AndNoneIsOpenedMeanwhile()
    {
        var trees = new TreeFolder(_folder.Of("cache"));
        using (await trees.HoldAsync("a", CancellationToken.None))
        {
            Assert.That(trees.TryTake("a"), Is.Null);
        }

        Task<Microsoft.Win32.SafeHandles.SafeFileHandle> waiting;
        using (trees.TryClose())
        {
            trees.TryTake("a")!.Dispose();
            waiting = trees.HoldAsync("a", CancellationToken.None);
            Assert.That(waiting.IsCompleted, Is.False);
        }

        (await waiting).Dispose();
    }

    private async Task<PinnedVersion> CommitAsync()
    {
        ArtifactVersion version = (await _store.CommitAsync(Artifact, _folder.Of("s"))).Version;
        return new PinnedVersion(Artifact, Artifact, version.Pin, version.Content, version.FileCount, version.ByteCount);
    }

    private async Task<string> PathOfTreeAsync()
    {
        using LocalVersion local = await _store.FetchAsync(_pin);
        return local.Path;
    }

    /// <summary>A store that answers nothing, on the same machine.</summary>
    private VersionStore Offline() => VersionStore.Connect(new OfflineStore(), _folder.Options);

    private void AssertSame(string path)
    {
        Assert.That(Paths(path), Is.EqualTo(Paths(_folder.Of("s"))));
        foreach (string file in Paths(path))
        {
            Assert.That(File.ReadAllBytes(Path.Combine(path, file)), Is.EqualTo(File.ReadAllBytes(_folder.Of($"s/{file}"))), file);
        }
    }

    private static string[] Paths(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
