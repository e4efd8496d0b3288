using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Workspaces;

/// <summary>What is a file in one version is a link or a folder in the next one.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "Links need rights there.")]
internal sealed class KindChangeTests
{
    private const string Artifact = "datasets/k";

    private TempFolder _folder = null!;
    private MemoryStore _objects = null!;
    private VersionStore _store = null!;
    private Workspace _workspace = null!;

    [SetUp]
    public async Task SetUp()
    {
        (_folder, _objects) = (new TempFolder(), new MemoryStore());
        _store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        _folder.Write($"w/{Workspace.FileName}", "{ \"store\": \"somewhere\" }");
        _workspace = Workspace.Open(_folder.Of("w"));
    }

    [TearDown]
    public async Task TearDown()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
        await _objects.DisposeAsync();
    }

    [Test]
    public async Task WhatTheVersionBeforePutThere_GivesWay([ValueSource(nameof(Changes))] string change, [Values(LinkKind.Hard, LinkKind.Symbolic)] LinkKind links)
    {
        await CommitAsync(change);
        await RestoreAsync(1, links: links);
        RestoredPin restored = await RestoreAsync(2, links: links);
        Assert.That((Tree(), restored.Kept), Is.EqualTo((Expected(2), 0)));
        Assert.That(restored.Removed, Is.EqualTo(change.StartsWith("folder", StringComparison.Ordinal) ? 3 : change.EndsWith("folder", StringComparison.Ordinal) ? 1 : 0));
        Assert.That((await LookAsync()).IsClean, Is.True);
    }

    [Test]
    public async Task AFolderWithAFileOfTheUsers_IsAConflict_AndNothingIsWritten([Values("data/deep/mine", "data/own/mine")] string mine, [Values] bool force)
    {
        await CommitAsync("folder-file");
        await RestoreAsync(1);
        _folder.Write($"w/in/{mine}", "mine");
        Dictionary<string, string> before = Tree();
        ConflictException e = (await Assert.ThrowsAsync<ConflictException>(() => RestoreAsync(2, force)))!;
        Assert.That((e.Code, Tree()), Is.EqualTo(("path_blocked", before)));
        Assert.That(e.Message, Does.Contain($"'{Path.Combine(_workspace.Root, "in", "data")}'").And.Contain($"'{mine}'"));
        Assert.That(e.Hint, Does.Contain("Move it away"));
        Assert.That((await LookAsync()).Changes.Select(c => c.ToString()), Does.Contain("M data"));
        File.Delete(_folder.Of($"w/in/{mine}"));
        await RestoreAsync(2);
        Assert.That(Tree(), Is.EqualTo(Expected(2)));
    }

    [Test]
    public async Task WhatWasChanged_IsAConflict_UnlessForced([Values("file-folder", "folder-file", "folder-link")] string change)
    {
        await CommitAsync(change);
        await RestoreAsync(1);
        string changed = change.StartsWith("file", StringComparison.Ordinal) ? "data" : "data/deep/b.csv";
        _folder.Write($"w/in/{changed}", "changed");
        Dictionary<string, string> before = Tree();
        ConflictException e = (await Assert.ThrowsAsync<ConflictException>(() => RestoreAsync(2)))!;
        Assert.That((e.Code, Tree()), Is.EqualTo(("path_blocked", before)));
        Assert.That(e.Hint, Does.Contain("--force"));
        await RestoreAsync(2, force: true);
        Assert.That(Tree(), Is.EqualTo(Expected(2)));
    }

    [Test]
    public async Task AFileOfTheUsers_WhereAFolderGoes_IsAConflict([Values] bool force)
    {
        await CommitAsync("folder-folder");
        _folder.Write("w/in/data", "mine");
        ConflictException e = (await Assert.ThrowsAsync<ConflictException>(() => RestoreAsync(1, force)))!;
        Assert.That((e.Code, Tree()["data"]), Is.EqualTo(("path_blocked", "mine")));
        Assert.That(e.Hint, Does.Not.Contain("Use --force"));
        Assert.That((await LookAsync()).Changes.Select(c => c.ToString()), Does.Contain("D data/a.csv"), "What stands there is no folder, so the file is missing.");
    }

    [Test]
    public async Task AnEmptyFolder_IsNobodysLoss()
    {
        await CommitAsync("file-file");
        Directory.CreateDirectory(_folder.Of("w/in/data/deep"));
        _folder.Write("w/in/data/.vers-0123456789abcdef0123456789abcdef.partial", "left by a process that was killed");
        await RestoreAsync(1);
        Assert.That(Tree(), Is.EqualTo(Expected(1)));
    }

    [Test]
    public async Task AFaultAtAnyStep_IsMendedByTheNextTry([Values("file-folder", "folder-link")] string change, [Values] bool dies)
    {
        await CommitAsync(change);
        for (int step = 0; ; step++)
        {
            await RestoreAsync(1);
            var fault = new DiskFault(step, dies);
            try
            {
                await fault.RunAsync(() => RestoreAsync(2));
            }
            catch (Exception e) when (e is StoppedException or IOException or VersioningException)
            {
                // As if the process had been killed there, or as it fails.
            }

            await RestoreAsync(2);
            Assert.That(Tree(), Is.EqualTo(Expected(2)), $"{fault}");
            if (!fault.Reached)
            {
                Assert.That(step, Is.GreaterThan(2));
                break;
            }
        }
    }

    [Test]
    public async Task FetchIntoAFolder_SaysWhatIsInTheWay([Values("file-folder", "folder-file")] string change, [Values] bool force)
    {
        await CommitAsync(change);
        await _store.FetchAsync($"{Artifact}@1", _folder.Of("t"));
        Dictionary<string, string> before = Tree("t");
        _folder.Write("t/data-x", "2");
        before["data-x"] = "2";
        ConflictException e = (await Assert.ThrowsAsync<ConflictException>(() => _store.FetchAsync($"{Artifact}@2", _folder.Of("t"), new FetchOptions { Force = force })))!;
        Assert.That((e.Code, Tree("t")), Is.EqualTo(("path_blocked", before)));
        Assert.That(e.Message, Does.Contain($"'{_folder.Of("t/data")}'").And.Contain(change == "file-folder" ? "has a folder there" : "has a file there"));
        Assert.That(e.Hint, Does.Contain("Move it away").And.Not.Contain("Use --force"));
    }

    private static IEnumerable<string> Changes =>
        from one in new[] { "file", "link", "folder" } from other in new[] { "file", "link", "folder" } where one != other select $"{one}-{other}";

    private async Task CommitAsync(string change)
    {
        string[] kinds = change.Split('-');
        for (int version = 1; version <= 2; version++)
        {
            string source = $"s{version}";

            // Names that sort between a path and what lies below it.
            _folder.Write($"{source}/data-x", $"{version}");
            _folder.Write($"{source}/data.txt", "same");
            _folder.Write($"{source}/zero", "");
            switch (kinds[version - 1])
            {
                case "file":
                    _folder.Write($"{source}/data", $"file {version}");
                    break;
                case "link":
                    File.CreateSymbolicLink(_folder.Of($"{source}/data"), "data.txt");
                    break;
                default:
                    _folder.Write($"{source}/data/a.csv", $"a {version}");
                    _folder.Write($"{source}/data/deep/b.csv", $"b {version}");
                    _folder.Write($"{source}/data/deep/er/empty", "");
                    break;
            }

            await _store.CommitAsync(Artifact, _folder.Of(source));
        }
    }

    private async Task<RestoredPin> RestoreAsync(int version, bool force = false, LinkKind links = LinkKind.Copy)
    {
        await _workspace.PinAsync(_store, $"{Artifact}@{version}", new PinOptions { Path = "in" });
        return (await _workspace.RestoreAsync(_store, new RestoreOptions { Force = force, Links = links }, _folder.Options)).Single();
    }

    private async Task<PinStatus> LookAsync() => await _workspace.StatusAsync(_store, null, _folder.Options).SingleAsync();

    private Dictionary<string, string> Expected(int version) => Tree($"s{version}");

    private Dictionary<string, string> Tree(string of = "w/in") => Directory.EnumerateFiles(_folder.Of(of), "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .ToDictionary(f => Path.GetRelativePath(_folder.Of(of), f), f => new FileInfo(f).LinkTarget is { } link && !Path.IsPathRooted(link) ? $"-> {link}" : File.ReadAllText(f));
}
