using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Storage;

[TestFixture]
public sealed class LocalDiskStoreTests
{
    private TemporaryDirectory _directory = null!;
    private LocalDiskStore _store = null!;

    [SetUp]
    public void OpenStore()
    {
        _directory = TemporaryDirectory.OnDisk();
        _store = new(_directory.Path);
    }

    [TearDown]
    public async Task CloseStore()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public void Location_RelativeDirectoryWithSlash_IsTheFullPath() =>
        Assert.That(new LocalDiskStore("some/store/").Location, Is.EqualTo(Path.GetFullPath("some/store")));

    [Test]
    public async Task Create_Won_LeavesOneFileAndNoTemporary()
    {
        await _store.CreateAsync(new("a/k"), new byte[] { 1, 2 });

        Assert.That(FilesOnDisk(), Is.EqualTo(new[] { "a/k" }));
        Assert.That(await File.ReadAllBytesAsync(At("a/k")), Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public async Task Create_LostToManyRacers_LeavesNoTemporary()
    {
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, cancellationToken) =>
            await _store.CreateAsync(new($"a/{i / 8}"), new byte[100], cancellationToken));

        Assert.That(FilesOnDisk(), Has.Length.EqualTo(25).And.None.Contains(".tmp-"));
    }

    [Test]
    public async Task Create_CancelledWhileWriting_LeavesNothing()
    {
        using CancellationTokenSource source = new();
        Task create = _store.CreateAsync(new("a/k"), new byte[100 * 1024 * 1024], source.Token).AsTask();
        await source.CancelAsync();

        Assert.That(async () => await create, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(FilesOnDisk(), Is.Empty);
        Assert.That(await _store.StatAsync(new("a/k")), Is.Null);
    }

    [Test]
    public async Task Create_DirectoryRemovedMeanwhile_MakesItAgain()
    {
        await _store.CreateAsync(new("a/b/k"), new byte[1]);
        Directory.Delete(At("a"), recursive: true);

        Assert.That(await _store.CreateAsync(new("a/b/k"), new byte[1]), Is.True);
        Assert.That(FilesOnDisk(), Is.EqualTo(new[] { "a/b/k" }));
    }

    /// <summary>A share that is no longer mounted leaves an empty folder, or none: what is written there is nowhere.</summary>
    [Test]
    public async Task Create_StoreVanishedMeanwhile_IsRefusedUntilItIsBack([Values] bool leavesFolder, [Values("journal/1/2", "journal/1/new", "packs/new/2", "new/2")] string key)
    {
        using var elsewhere = TemporaryDirectory.OnDisk();
        string away = Path.Join(elsewhere.Path, "unmounted");
        await _store.CreateAsync(StoreKeys.Format, new byte[1]);
        await _store.CreateAsync(new("journal/1/1"), new byte[1]);
        await _store.CreateAsync(new("packs/1"), new byte[1]);
        Directory.Move(_directory.Path, away);
        _ = leavesFolder ? Directory.CreateDirectory(_directory.Path) : null;

        StoreUnavailableException e = (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.CreateAsync(new(key), new byte[1])))!;
        Assert.That((e.Code, e.IsTransient), Is.EqualTo(("store_vanished", false)));
        Assert.That(Directory.Exists(_directory.Path) ? FilesOnDisk() : [], Is.Empty);
        Assert.That(Directory.Exists(_directory.Path), Is.EqualTo(leavesFolder));

        if (leavesFolder)
        {
            Directory.Delete(_directory.Path);
        }

        Directory.Move(away, _directory.Path);
        Assert.That(await _store.CreateAsync(new(key), new byte[1]), Is.True);
    }

    [Test]
    public async Task Create_FirstEntryOfABlock_RemovesWhatKilledWritersLeftInEarlierOnes()
    {
        await _store.CreateAsync(StoreKeys.Entry(1), new byte[1]);
        string folder = Path.GetDirectoryName(StoreKeys.Entry(1).Value)!;
        string old = LeaveTemporary(folder, TimeSpan.FromDays(2)), young = LeaveTemporary(folder, TimeSpan.FromHours(1));
        await _store.CreateAsync(StoreKeys.Entry(2), new byte[1]);
        Assert.That(File.Exists(old), Is.True, "This one has looked there already.");

        await _store.CreateAsync(StoreKeys.Entry(StoreKeys.EntriesPerBlock), new byte[1]);
        Assert.That((File.Exists(old), File.Exists(young)), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task List_TemporaryOfKilledWriter_IsNotListed()
    {
        await _store.CreateAsync(new("a/k"), new byte[1]);
        LeaveTemporary("a", TimeSpan.Zero);

        Assert.That(await _store.ListAsync("").Select(o => o.Key.Value).ToListAsync(), Is.EqualTo(new[] { "a/k" }));
        Assert.That(await _store.ListAsync("a/.tmp-").AnyAsync(), Is.False);
    }

    [Test]
    public async Task List_LinksAndForeignNames_AreLeftOut()
    {
        await _store.CreateAsync(new("a/k"), new byte[1]);
        Directory.CreateSymbolicLink(At("loop"), _directory.Path);
        File.CreateSymbolicLink(At("a/link"), At("a/k"));
        await File.WriteAllTextAsync(At("a/not a key"), "");

        Assert.That(await _store.ListAsync("").Select(o => o.Key.Value).ToListAsync(), Is.EqualTo(new[] { "a/k" }));
        Assert.That(await _store.ListAsync("loop/").AnyAsync(), Is.False);
        Assert.That(await _store.ListAsync("loop/a/").AnyAsync(), Is.False);
    }

    [Test]
    public async Task Create_WhereKilledWritersLeftTemporaries_RemovesOnlyTheOld()
    {
        Directory.CreateDirectory(At("a/b"));
        string old = LeaveTemporary("a/b", TimeSpan.FromHours(25));
        string young = LeaveTemporary("a/b", TimeSpan.FromHours(1));

        await _store.CreateAsync(new("a/b/k"), new byte[1]);
        Assert.That(File.Exists(old), Is.False);
        Assert.That(File.Exists(young), Is.True);
        Assert.That(await _store.StatAsync(new("a/b/k")), Is.EqualTo(1));
    }

    [Test]
    public void Key_LikeATemporary_IsRefused()
    {
        Assert.That(async () => await _store.CreateAsync(new(".tmp-x"), new byte[1]), Throws.ArgumentException);
        Assert.That(async () => await _store.ReadAsync(new("a/.tmp-x"), 0, new byte[1]), Throws.ArgumentException);
    }

    [Test]
    public async Task DirectoryInPlaceOfObject_EveryOperation_SaysSo()
    {
        Directory.CreateDirectory(At("a/k"));

        foreach (Func<Task> operation in new Func<Task>[]
        {
            async () => await _store.CreateAsync(new("a/k"), new byte[1]),
            async () => await _store.ReadAsync(new("a/k"), 0, new byte[1]),
            async () => await _store.StatAsync(new("a/k")),
            async () => await _store.DeleteAsync(new("a/k")),
        })
        {
            StoreUnavailableException? error = await Assert.ThrowsAsync<StoreUnavailableException>(() => operation());
            Assert.That(error!.Code, Is.EqualTo("not_an_object"));
            Assert.That(error.Message, Does.Contain("'a/k'").And.Contain(_directory.Path));
        }

        Assert.That(FilesOnDisk(), Is.Empty);
    }

    [Test]
    public async Task FileInPlaceOfDirectory_Create_SaysSo()
    {
        await _store.CreateAsync(new("a"), new byte[1]);

        StoreUnavailableException? error = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.CreateAsync(new("a/b/k"), new byte[1]));
        Assert.That(error!.Code, Is.EqualTo("not_a_directory"));
        Assert.That(error.IsTransient, Is.False);
        Assert.That(error.Message, Does.Contain("'a/b/k'").And.Contain(At("a")));
        Assert.That(await _store.StatAsync(new("a/b/k")), Is.Null);
        Assert.That(await _store.DeleteAsync(new("a/b/k")), Is.False);
    }

    [Test]
    public async Task UnwritableDirectory_Create_NamesKeyAndPlace()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Permissions do not bind this user.");
            return;
        }

        await _store.CreateAsync(new("a/k"), new byte[1]);
        File.SetUnixFileMode(At("a"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        StoreUnavailableException? error = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.CreateAsync(new("a/l"), new byte[1]));
        Assert.That(error!.Code, Is.EqualTo("access_denied"));
        Assert.That(error.Message, Does.Contain("'a/l'").And.Contain(_directory.Path));
        File.SetUnixFileMode(At("a"), UnixFileMode.None);
        Assert.That(async () => await _store.StatAsync(new("a/k")), Throws.TypeOf<StoreUnavailableException>(), "No permission must not look like absence.");
        File.SetUnixFileMode(At("a"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Test]
    public async Task Read_ObjectDeletedMeanwhile_IsAbsent()
    {
        await _store.CreateAsync(new("k"), new byte[1]);
        File.Delete(At("k"));

        Assert.That(await _store.ReadAsync(new("k"), 0, new byte[1]), Is.Null);
    }

    private string At(string key) => Path.Join(_directory.Path, key);

    private string LeaveTemporary(string folder, TimeSpan age)
    {
        string path = At($"{folder}/.tmp-{Guid.NewGuid():N}");
        File.WriteAllBytes(path, new byte[10]);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - age);
        return path;
    }

    private string[] FilesOnDisk() =>
        [.. Directory.EnumerateFiles(_directory.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Path.GetRelativePath(_directory.Path, path).Replace('\\', '/'))];
}
