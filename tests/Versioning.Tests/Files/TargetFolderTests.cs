using System.Runtime.Versioning;
using System.Text;
using NUnit.Framework;
using Versioning.Files;
using Versioning.Storage;

namespace Versioning.Tests.Files;

[Platform("Linux"), SupportedOSPlatform("linux")]
[TestFixture(false)]
[TestFixture(true)]
public sealed class TargetFolderTests(bool portable)
{
    private TemporaryFolder _folder = null!;
    private TargetFolder _target = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _target = portable ? new PortableTargetFolder(_folder.Path) : TargetFolder.Open(_folder.Path);
    }

    [TearDown]
    public void TearDown()
    {
        _target.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void Create_BeforeCommit_ShowsNothingUnderTheName()
    {
        using (PendingFile file = Write("a/b/c", "text"))
        {
            Assert.That(Probe("a/b/c"), Is.EqualTo(TargetState.Absent));
            file.Commit(replace: false);
        }

        Assert.That(File.ReadAllText(At("a/b/c")), Is.EqualTo("text"));
        Assert.That(Directory.GetFiles(At("a/b")), Has.Length.EqualTo(1));
    }

    [Test]
    public void Write_DiskThatIsFull_NamesTheFileAndTheFolder()
    {
        Assume.That(portable, Is.False);
        Action[] writes =
        [
            () => _target.WriteWhole("a/b"u8.ToArray(), "text"u8, FileKind.File, replace: false),
            () => Write("a/b", "text").Commit(replace: false),
            () => _target.CreateLink("a/b"u8.ToArray(), "c"u8.ToArray(), replace: false),
        ];
        foreach (Action write in writes)
        {
            DiskSteps.Listener = step => throw new IOException("Injected", step == DiskStep.Remove ? 5 : 28);
            VersioningException e = Assert.Throws<VersioningException>(write)!;
            DiskSteps.Listener = null;
            Assert.That((e.Code, e.Message), Is.EqualTo(("disk_full", $"Can't write 'a/b' in '{_folder.Path}': no space is left, or a quota is used up.")));
            Assert.That(e.Hint, Does.Contain("Free some space"));
        }
    }

    [Test]
    public void Write_PastWhatAFileMayBe_NamesTheFile()
    {
        Assert.That(
            () => _target.Create("a/b"u8.ToArray(), long.MaxValue, FileKind.File),
            Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("target_unwritable").And.Message.Contains("'a/b'").And.Message.Contains(_folder.Path));
        Assert.That(Directory.GetFiles(At("a")), Is.Empty);
    }

    [Test]
    public void Dispose_WithoutCommit_LeavesNoFile()
    {
        Write("a/b", "text").Dispose();
        Assert.That(Directory.GetFiles(At("a")), Is.Empty);
    }

    [TestCase(FileKind.File)]
    [TestCase(FileKind.Executable)]
    public void Commit_Kind_IsSeenByProbe(FileKind kind)
    {
        using (PendingFile file = _target.Create("x"u8.ToArray(), 0, kind))
        {
            file.Commit(replace: false);
        }

        Assert.That(_target.Probe("x"u8.ToArray(), out FileStamp stamp, out FileKind found), Is.EqualTo(TargetState.File));
        Assert.That((stamp.Size, found), Is.EqualTo((0L, kind)));
    }

    [Test]
    public void Commit_SomethingThere_IsAConflictUnlessReplaced()
    {
        _folder.Add("x", "old");
        using PendingFile file = Write("x", "new");
        Assert.That(() => file.Commit(replace: false), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("file_exists"));
        Assert.That(File.ReadAllText(At("x")), Is.EqualTo("old"));
        if (!portable)
        {
            file.Commit(replace: true);
            Assert.That(File.ReadAllText(At("x")), Is.EqualTo("new"));
        }
    }

    [Test]
    public void Commit_FolderThere_IsAConflict()
    {
        Directory.CreateDirectory(At("x"));
        using PendingFile file = Write("x", "new");
        Assert.That(() => file.Commit(replace: true), Throws.TypeOf<ConflictException>());
    }

    [Test]
    public void Commit_TwoAtOnce_OneWins()
    {
        Assume.That(portable, Is.False);
        for (int round = 0; round < 300; round++)
        {
            string name = $"race{round}";
            int won = 0;
            Parallel.For(0, 2, i =>
            {
                using PendingFile file = Write(name, $"{i}");
                try
                {
                    file.Commit(replace: false);
                    Interlocked.Increment(ref won);
                }
                catch (ConflictException)
                {
                    // The other one won.
                }
            });
            Assert.That(won, Is.EqualTo(1));
        }
    }

    [TestCase("link/x", "link")]
    [TestCase("link/deep/x", "link")]
    [TestCase("d/link/x", "d/link")]
    [TestCase("file/x", "file")]
    public void Create_LinkOrFileInTheWay_IsRefusedByName(string path, string culprit)
    {
        using var outside = new TemporaryFolder();
        _folder.Add("file");
        _folder.Add("d/other");
        File.CreateSymbolicLink(At("link"), outside.Path);
        File.CreateSymbolicLink(At("d/link"), outside.Path);
        Assert.That(() => _target.Create(Encoding.UTF8.GetBytes(path), 0, FileKind.File),
            Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("path_blocked").And.Message.Contains($"'{culprit}'"));
        Assert.That(Probe(path), Is.EqualTo(TargetState.Obstructed));
        Assert.That(Directory.GetFileSystemEntries(outside.Path), Is.Empty);
    }

    [Test]
    public void Commit_OverALink_ReplacesTheLinkItself()
    {
        using var outside = new TemporaryFolder();
        string precious = outside.Add("precious", "keep");
        File.CreateSymbolicLink(At("x"), precious);
        Assert.That(Probe("x"), Is.EqualTo(TargetState.Link));
        Assert.That(() => _target.OpenRead("x"u8.ToArray()), Throws.TypeOf<ConflictException>());
        using PendingFile file = Write("x", "new");
        file.Commit(replace: true);
        Assert.That(File.ReadAllText(precious), Is.EqualTo("keep"));
        Assert.That(new FileInfo(At("x")).LinkTarget, Is.Null);
    }

    [Test]
    public void CreateLink_Inside_IsMadeAndEscapingRefused()
    {
        _target.CreateLink("d/l"u8.ToArray(), "../x"u8.ToArray(), replace: false);
        Assert.That(new FileInfo(At("d/l")).LinkTarget, Is.EqualTo("../x"));
        Assert.That(() => _target.CreateLink("d/l"u8.ToArray(), "y"u8.ToArray(), replace: false), Throws.TypeOf<ConflictException>());
        _target.CreateLink("d/l"u8.ToArray(), "y"u8.ToArray(), replace: true);
        Assert.That(new FileInfo(At("d/l")).LinkTarget, Is.EqualTo("y"));
        Assert.That(() => _target.CreateLink("d/m"u8.ToArray(), "../../x"u8.ToArray(), replace: false),
            Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("link_leaves_folder"));
    }

    [Test]
    public void RemoveAbandoned_LeftoverAndLive_TakesTheLeftoverOnly()
    {
        const string Name = ".vers-0123456789abcdef0123456789abcdef.partial";
        foreach (string leftover in new[] { _folder.Add($"d/{Name}"), _folder.Add(Name) })
        {
            // The portable one can tell a leftover by its age only.
            File.SetLastWriteTimeUtc(leftover, portable ? DateTime.UtcNow.AddSeconds(-5) : DateTime.UtcNow);
        }

        _folder.Add("d/.vers-notes");
        using (PendingFile file = Write("d/x", "x"))
        {
            _target.RemoveAbandoned();
            Assert.That(File.Exists(At($"d/{Name}")), Is.False);
            Assert.That(File.Exists(At(Name)), Is.False, "The root is looked through too, where case is tried out.");
            Assert.That(File.Exists(At("d/.vers-notes")));
            file.Commit(replace: false);
        }

        Assert.That(File.Exists(At("d/x")));
    }

    [TestCase(FileKind.File, 0)]
    [TestCase(FileKind.Executable, 5)]
    [TestCase(FileKind.File, 70_000)]
    public void WriteWhole_NothingThere_IsTheFileAndNothingElse(FileKind kind, int length)
    {
        byte[] content = Compression.SampleData.Make(length, 0, 3);
        _target.WriteWhole("a/b/c"u8.ToArray(), content, kind, replace: false);
        Assert.That(File.ReadAllBytes(At("a/b/c")), Is.EqualTo(content));
        Assert.That(Directory.GetFileSystemEntries(At("a/b")), Has.Length.EqualTo(1));
        Assert.That(_target.Probe("a/b/c"u8.ToArray(), out _, out FileKind found), Is.EqualTo(TargetState.File));
        Assert.That(found, Is.EqualTo(kind));
    }

    [Test]
    public void WriteWhole_SomethingThere_IsAConflictUnlessReplaced_AndLeavesNothingElse()
    {
        _folder.Add("d/x", "old");
        Assert.That(() => _target.WriteWhole("d/x"u8.ToArray(), "new"u8, FileKind.File, replace: false), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("file_exists"));
        Assert.That(File.ReadAllText(At("d/x")), Is.EqualTo("old"));
        _target.WriteWhole("d/x"u8.ToArray(), "new"u8, FileKind.File, replace: true);
        Assert.That(File.ReadAllText(At("d/x")), Is.EqualTo("new"));
        Assert.That(() => _target.WriteWhole("d"u8.ToArray(), "new"u8, FileKind.File, replace: true), Throws.TypeOf<ConflictException>());
        Assert.That(Directory.GetFileSystemEntries(At("d")), Has.Length.EqualTo(1));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Has.Length.EqualTo(1));
    }

    [Test]
    public void WriteWhole_OverALink_ReplacesTheLinkItself()
    {
        using var outside = new TemporaryFolder();
        string precious = outside.Add("precious", "keep");
        File.CreateSymbolicLink(At("x"), precious);
        Assert.That(() => _target.WriteWhole("x"u8.ToArray(), "new"u8, FileKind.File, replace: false), Throws.TypeOf<ConflictException>());
        _target.WriteWhole("x"u8.ToArray(), "new"u8, FileKind.File, replace: true);
        Assert.That((File.ReadAllText(precious), new FileInfo(At("x")).LinkTarget), Is.EqualTo(("keep", (string?)null)));
    }

    [Test]
    public void Create_NameOfAnUnfinishedFile_IsRefused()
    {
        byte[] path = Encoding.ASCII.GetBytes($"d/.vers-{new string('0', 32)}.partial");
        Assert.That(() => _target.Create(path, 0, FileKind.File), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("path_not_allowed"));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.Empty);
    }

    [Test]
    public void Create_Unfinished_HasANameThatACommitSkips()
    {
        _folder.Add("d/y", "y");
        _folder.Add($"d/.vers-{new string('0', 31)}.partial", "a user's own");
        using PendingFile file = Write("d/x", "half");
        Assert.That(Directory.GetFiles(At("d")), Has.Length.EqualTo(3));
        Assert.That(SourceTreeTests.Paths(_folder.Path), Is.EqualTo([$"d/.vers-{new string('0', 31)}.partial", "d/y"]));
        using SourceTree portableTree = new PortableSourceTree(_folder.Path, PathFilter.None);
        Assert.That(portableTree.Enumerate(default).Count(), Is.EqualTo(2));
    }

    [Test]
    public void WriteWhole_TwoThreadsInOneNewFolder_BothSucceed()
    {
        const int Writers = 2, Folders = 300;
        int[] at = new int[Writers];
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, Writers).Select(i => new Thread(() => Write(i)))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.That(failure, Is.Null);
        Assert.That(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories), Has.Length.EqualTo(Writers * Folders));

        void Write(int writer)
        {
            try
            {
                for (int folder = 0; folder < Folders && failure is null; folder++)
                {
                    // Side by side into each folder, or they would not meet.
                    Volatile.Write(ref at[writer], folder);
                    SpinWait.SpinUntil(() => failure is not null || Volatile.Read(ref at[1 - writer]) >= folder);
                    _target.WriteWhole(Encoding.UTF8.GetBytes($"{folder}/{writer}"), "x"u8, FileKind.File, replace: false);
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        }
    }

    [Test]
    public async Task RemoveAbandoned_WhileFilesAreMade_TakesNoneOfThem()
    {
        Assume.That(portable, Is.False, "It goes by age, so nothing this young is taken.");
        _folder.Add("d/there");
        using var done = new CancellationTokenSource();
        Task tidying = Task.Run(() =>
        {
            using TargetFolder other = TargetFolder.Open(_folder.Path);
            other.Create("d/other"u8.ToArray(), 0, FileKind.File).Dispose();
            while (!done.IsCancellationRequested)
            {
                other.RemoveAbandoned();
            }
        });
        for (int i = 0; i < 1000; i++)
        {
            using PendingFile file = Write("d/x", $"{i}");
            file.Commit(replace: true);
            _target.CreateLink("d/link"u8.ToArray(), Encoding.UTF8.GetBytes($"{i}"), replace: true);
        }

        await done.CancelAsync();
        await tidying;
        Assert.That(Directory.GetFileSystemEntries(At("d")), Has.Length.EqualTo(3));
    }

    [Test]
    public void IsCaseInsensitive_Linux_IsFalseAndLeavesNothing()
    {
        Assert.That(_target.IsCaseInsensitive, Is.False);
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.Empty);
    }

    [Test]
    public void Create_ThousandLevels_RoundTrips()
    {
        Assume.That(portable, Is.False);
        byte[] path = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"folder{i}/")) + "file");
        using (PendingFile file = _target.Create(path, 0, FileKind.File))
        {
            file.Commit(replace: false);
        }

        _target.OpenRead(path).Dispose();
        Assert.That(_target.Probe(path, out _, out _), Is.EqualTo(TargetState.File));
    }

    private PendingFile Write(string path, string text)
    {
        PendingFile file = _target.Create(Encoding.UTF8.GetBytes(path), text.Length, FileKind.File);
        RandomAccess.Write(file.Handle, Encoding.UTF8.GetBytes(text), 0);
        return file;
    }

    private TargetState Probe(string path) => _target.Probe(Encoding.UTF8.GetBytes(path), out _, out _);

    private string At(string path) => Path.Join(_folder.Path, path);
}
