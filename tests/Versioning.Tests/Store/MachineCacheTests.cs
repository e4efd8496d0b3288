using System.Runtime.Versioning;
using NUnit.Framework;
using Versioning.Files;

namespace Versioning.Tests.Store;

[TestFixture]
internal sealed class MachineCacheTests
{
    private static readonly string[] Parts = ["content", "metadata", "files", "lists", "versions", "uploads", "workspaces", "live", "runs"];

    private TempFolder _folder = null!;
    private MachineCache _cache = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TempFolder();
        _cache = new MachineCache(_folder.Of("cache"));
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task NoCache_IsEmptyAndStaysAbsent()
    {
        IReadOnlyList<CachePart> shown = await _cache.ShowAsync(), pruned = await _cache.PruneAsync(0);
        IReadOnlyList<CachePart> verified = await _cache.VerifyAsync();
        Assert.That(shown, Is.EqualTo(Parts.Select(name => new CachePart(name, _folder.Of($"cache/{name}")))));
        Assert.That(pruned, Is.EqualTo(shown));
        Assert.That(verified, Is.EqualTo(new[] { shown[0], shown[4] }));
        Assert.That(Directory.Exists(_folder.Of("cache")), Is.False);
    }

    [Test]
    public async Task Show_CountsEachPart()
    {
        AddEach(10);
        _folder.Write("cache/metadata/store/packs/a", new byte[5]);
        IReadOnlyList<CachePart> parts = await _cache.ShowAsync();
        Assert.That(parts.Select(p => (p.Name, p.Files, p.Bytes)), Is.EqualTo(Parts.Select(name => name == "metadata" ? (name, 2L, 15L) : name == "versions" ? (name, 0L, 0L) : (name, 1L, 10L))), "No version is open or was.");
        Assert.That(parts.Sum(p => p.FilesInUse + p.RemovedFiles), Is.Zero);
    }

    [Test]
    public async Task Prune_ToNothing_LeavesWhatCanNotBeHadAgain()
    {
        AddEach(10);
        IReadOnlyList<CachePart> parts = await _cache.PruneAsync(0);
        Assert.That(parts.Where(p => p.RemovedFiles == 1).Select(p => p.Name), Is.EqualTo(Parts[..4]));
        Assert.That(parts.Where(p => p.Files == 1).Select(p => p.Name), Is.EqualTo(Parts[5..]));
        Assert.That(parts.Where(p => p.RemovedFiles == 1), Has.All.Matches<CachePart>(p => p is { Files: 0, Bytes: 0, RemovedBytes: 10 }));
    }

    [Test]
    public async Task Prune_ToASize_RemovesWhatWasNotUsedForLongest_OfAllParts()
    {
        const int size = 10_000;
        for (int i = 0; i < 10; i++)
        {
            Use(_folder.Write($"cache/{Parts[i % 4]}/{i}", new byte[size]), i);
        }

        IReadOnlyList<CachePart> parts = await _cache.PruneAsync(6 * size);
        string[] left = [.. Directory.GetFiles(_folder.Of("cache"), "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)!).Order()];
        Assert.That(left, Is.EqualTo(["4", "5", "6", "7", "8", "9"]));
        Assert.That((parts.Sum(p => p.RemovedFiles), parts.Sum(p => p.RemovedBytes)), Is.EqualTo((4L, 4L * size)));
    }

    [Test]
    public async Task Prune_WhatFits_RemovesNothing()
    {
        AddEach(10);
        Assert.That((await _cache.PruneAsync()).Sum(p => p.RemovedFiles), Is.Zero);
    }

    [Test]
    public void Prune_BelowNothing_IsRefused() => Assert.That(() => _cache.PruneAsync(-1), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    [Platform("Linux"), SupportedOSPlatform("linux")]
    public async Task Prune_WhatAFolderIsLinkedTo_Stays()
    {
        string used = AddContent("used"), free = AddContent("free");
        using TargetFolder target = TargetFolder.Open(_folder.Of("workspace"));
        target.TryPlace("x"u8.ToArray(), used, 4, FileKind.File, LinkKind.Hard, replace: false, 0);
        CachePart shown = (await _cache.ShowAsync())[0], pruned = (await _cache.PruneAsync(0))[0];
        Assert.That((shown.Files, shown.FilesInUse, shown.BytesInUse), Is.EqualTo((2L, 1L, 4L)));
        Assert.That((pruned.Files, pruned.FilesInUse, pruned.RemovedFiles), Is.EqualTo((1L, 1L, 1L)));
        Assert.That((File.Exists(used), File.Exists(free)), Is.EqualTo((true, false)));
        Assert.That(File.ReadAllText(_folder.Of("workspace/x")), Is.EqualTo("used"));
    }

    [Test]
    [Platform("Linux"), SupportedOSPlatform("linux")]
    public async Task Prune_UnfinishedFiles_GoOnlyWhereTheirWriterIsGone()
    {
        string left = _folder.Write($"cache/content/ab/{TargetFolder.TemporaryName()}", "left");
        using TargetFolder content = TargetFolder.Open(_folder.Of("cache/content"));
        using PendingFile pending = content.Create("ab/x"u8.ToArray(), 3, FileKind.File);
        await _cache.PruneAsync(0);
        Assert.That(File.Exists(left), Is.False);
        Assert.That(Directory.GetFiles(_folder.Of("cache/content/ab")), Has.Length.EqualTo(1));
        pending.Commit(replace: false);
    }

    [Test]
    public async Task Verify_RemovesWhatIsWrongAndNothingElse()
    {
        string sound = AddContent("sound"), executable = AddContent("#!", FileKind.Executable), wrong = AddContent("wrong", bytes: "grown");
        string foreign = _folder.Write("cache/content/notes.txt", "not ours");
        var progress = new Last();
        CachePart part = (await _cache.VerifyAsync(progress))[0];
        Assert.That((part.Files, part.RemovedFiles, part.RemovedBytes), Is.EqualTo((3L, 1L, 5L)));
        Assert.That(new[] { sound, executable, wrong, foreign }.Select(File.Exists), Is.EqualTo([true, true, false, true]));
        Assert.That(progress.Value, Is.EqualTo(new TransferProgress(5 + 2 + 5 + 8, 20, 4, 4)));
        Assert.That((await _cache.VerifyAsync())[0].RemovedFiles, Is.Zero);
    }

    /// <summary>What verify found sound is not hashed once more when it is used.</summary>
    [Test]
    public async Task Verify_SoundBytesWithoutSeal_AreSealed()
    {
        string path = AddContent("sound");
        await _cache.VerifyAsync();
        using var content = new ContentCache(_folder.Of("cache"), long.MaxValue);
        var sha256 = Digest.Of("sound"u8.ToArray());
        Assert.That(FileSeal.Holds(sha256, content.Folder.TryStamp(ContentCache.PathOf(sha256, FileKind.File))!.Value.MtimeNs), Is.True);
        Assert.That(new FileInfo(path).IsReadOnly, Is.True);
    }

    [Test]
    public async Task RestoredFiles_ComeBackAfterPruningAndDamage()
    {
        _folder.Write("data/a", "restored");
        await using VersionStore store = await Workspace.InitAsync(_folder.Of("w"), _folder.Of("s"), _folder.Options);
        await store.CommitAsync("datasets/x", _folder.Of("data"));
        var workspace = Workspace.Open(_folder.Of("w"));
        await workspace.PinAsync(store, "datasets/x");
        await workspace.RestoreAsync(store, new RestoreOptions { Links = LinkKind.Copy }, _folder.Options);
        string content = Directory.GetFiles(_folder.Of("cache/content"), "*", SearchOption.AllDirectories).Single();
        new FileInfo(content).IsReadOnly = false;
        File.WriteAllText(content, "damaged!");
        Assert.That((await _cache.VerifyAsync())[0].RemovedFiles, Is.EqualTo(1));
        await _cache.PruneAsync(0);
        Directory.Delete(_folder.Of("w/datasets"), recursive: true);
        await workspace.RestoreAsync(store, null, _folder.Options);
        Assert.That(File.ReadAllText(_folder.Of("w/datasets/x/a")), Is.EqualTo("restored"));
    }

    private void AddEach(int bytes)
    {
        foreach (string name in Parts)
        {
            _folder.Write($"cache/{name}/f", new byte[bytes]);
        }
    }

    private string AddContent(string text, FileKind kind = FileKind.File, string? bytes = null)
    {
        var sha256 = Digest.Of(System.Text.Encoding.UTF8.GetBytes(text));
        return _folder.Write($"cache/content/{System.Text.Encoding.ASCII.GetString(ContentCache.PathOf(sha256, kind))}", bytes ?? text);
    }

    private static void Use(string path, int order)
    {
        File.SetLastAccessTimeUtc(path, DateTime.UnixEpoch.AddDays(20_000 + order));
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(20_000 + order));
    }

    private sealed class Last : IProgress<TransferProgress>
    {
        internal TransferProgress Value { get; private set; }

        public void Report(TransferProgress value)
        {
            lock (this)
            {
                Value = value.Files > Value.Files ? value : Value;
            }
        }
    }
}
