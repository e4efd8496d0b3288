using System.Runtime.Versioning;
using System.Text;
using CsCheck;
using Microsoft.Win32.SafeHandles;
using NUnit.Framework;
using Versioning.Files;

namespace Versioning.Tests.Files;

[Platform("Linux"), SupportedOSPlatform("linux")]
public sealed class SourceTreeTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Enumerate_AnyTree_IsInByteOrderOfFullPaths()
    {
        Gen<string> name = Gen.String[Gen.Char["ab-./ 0é\n"], 1, 4].Where(s => !s.Contains('/', StringComparison.Ordinal) && s is not ("." or ".."));
        Gen<string[]> paths = name.Array[1, 4].Select(n => string.Join('/', n)).Array[1, 40];
        paths.Sample(
            sample =>
            {
                using var folder = new TemporaryFolder();
                var made = new HashSet<string>(StringComparer.Ordinal);
                foreach (string path in sample)
                {
                    try
                    {
                        folder.Add(path);
                        made.Add(path);
                    }
                    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                    {
                        // One path is the folder of another.
                    }
                }

                string[] expected = [.. made.OrderBy(p => Convert.ToHexString(Encoding.UTF8.GetBytes(p)), StringComparer.Ordinal)];
                Assert.That(Paths(folder.Path), Is.EqualTo(expected));
                using SourceTree portable = new PortableSourceTree(folder.Path, PathFilter.None);
                Assert.That(portable.Enumerate(default).Select(Text), Is.EqualTo(expected));
            },
            iter: 30,
            threads: 1);
    }

    [Test]
    public void Enumerate_OddNames_KeepsThemExactly()
    {
        string[] names = ["a/b", "a-b", "a", "with space", "new\nline", "\U0001F600", "e\u0301", "\u00E9", "a\\b", "-rf", "con"];
        foreach (string name in names.Where(n => n != "a"))
        {
            _folder.Add(name);
        }

        Assert.That(Paths(_folder.Path), Is.EquivalentTo(names.Where(n => n != "a")));
        Assert.That(Paths(_folder.Path).IndexOf("a-b"), Is.LessThan(Paths(_folder.Path).IndexOf("a/b")));
    }

    [Test]
    public void Enumerate_ThousandLevels_ReadsTheLastFile()
    {
        using (TargetFolder target = TargetFolder.Open(_folder.Path))
        {
            string path = "";
            for (int i = 0; i < 1000; i++)
            {
                path += $"directory-{i}/";
                using PendingFile made = target.Create(Encoding.UTF8.GetBytes(path + "file"), 0, FileKind.File);
                made.Commit(replace: false);
            }
        }

        using SourceTree tree = SourceTree.Open(_folder.Path, PathFilter.None);
        SourceFile[] files = [.. tree.Enumerate(default)];

        Assert.That(files, Has.Length.EqualTo(1000));
        Assert.That(files.Max(f => f.Path.Length), Is.GreaterThan(4096));
        foreach (SourceFile file in (SourceFile[])[files[0], files[^1], files[500]])
        {
            using SafeFileHandle handle = file.Open();
            Assert.That(SourceTree.Stamp(handle), Is.EqualTo(file.Stamp));
        }
    }

    [Test]
    public void Enumerate_NameNotUtf8_NamesIt()
    {
        _folder.Run("mkdir d && touch d/$'x\\xff'");
        Assert.That(() => Paths(_folder.Path), Throws.TypeOf<VersioningException>()
            .With.Property("Code").EqualTo("name_not_utf8").And.Message.Contains("d/x\\xff"));
    }

    [Test]
    public void Enumerate_Fifo_NamesIt()
    {
        _folder.Run("mkdir d && mkfifo d/pipe");
        Assert.That(() => Paths(_folder.Path), Throws.TypeOf<VersioningException>()
            .With.Property("Code").EqualTo("unsupported_file").And.Message.Contains("d/pipe"));
    }

    [TestCase("/etc/passwd")]
    [TestCase("../../x")]
    [TestCase("../d/../../x")]
    [TestCase("e/../../../x")]
    public void Enumerate_LinkThatLeaves_NamesIt(string target)
    {
        Directory.CreateDirectory(Path.Join(_folder.Path, "d"));
        File.CreateSymbolicLink(Path.Join(_folder.Path, "d/link"), target);
        Assert.That(() => Paths(_folder.Path), Throws.TypeOf<VersioningException>()
            .With.Property("Code").EqualTo("link_leaves_folder").And.Message.Contains("d/link"));
    }

    [Test]
    public void Enumerate_LinksInside_AreLinksAndNotFollowed()
    {
        _folder.Add("d/e/file");
        File.CreateSymbolicLink(Path.Join(_folder.Path, "d/folder"), "../d/e");
        File.CreateSymbolicLink(Path.Join(_folder.Path, "dangling"), "nothing");
        using SourceTree tree = SourceTree.Open(_folder.Path, PathFilter.None);
        SourceFile[] files = [.. tree.Enumerate(default)];
        Assert.That(files.Select(Text), Is.EqualTo(["d/e/file", "d/folder", "dangling"]));
        Assert.That(files.Select(f => f.Kind), Is.EqualTo([FileKind.File, FileKind.Link, FileKind.Link]));
        Assert.That(files[1].LinkTarget, Is.EqualTo("../d/e"u8.ToArray()));
    }

    [Test]
    public void Enumerate_GitStoreAndEmptyFolders_AreLeftOut()
    {
        _folder.Add(".git/config");
        _folder.Add("sub/.versions/format");
        _folder.Add("sub/.versions/journal/0");
        _folder.Add("other/.versions/notes");
        _folder.Add("other/.vers-0123456789abcdef0123456789abcdef.partial");
        Directory.CreateDirectory(Path.Join(_folder.Path, "empty"));
        Assert.That(Paths(_folder.Path), Is.EqualTo(["other/.versions/notes"]));
    }

    [Test]
    public void Enumerate_FoldersThatStayApart_AreLeftOutWhateverWayLeadsThere()
    {
        _folder.Add("a/store/format");
        _folder.Add("a/store-2/format");
        _folder.Add("z");
        string link = Path.Join(_folder.Path, "link");
        Directory.CreateSymbolicLink(link, "a");
        var filter = new PathFilter([], [], [Path.Join(link, "store"), Path.Join(_folder.Path, "later")]);
        using SourceTree tree = SourceTree.Open(_folder.Path, filter);
        string[] seen = [.. tree.Enumerate(default).Select(Text)];
        Assert.That(seen, Is.EqualTo(["a/store-2/format", "link", "z"]));
        _folder.Add("later/format");
        Assert.That(Paths(_folder.Path, filter), Is.EqualTo(seen));
        using SourceTree portable = new PortableSourceTree(_folder.Path, new PathFilter([], [], [Path.Join(_folder.Path, "a/store"), Path.Join(_folder.Path, "later")]));
        Assert.That(portable.Enumerate(default).Select(Text), Is.EqualTo(seen));
    }

    [Test]
    public void Enumerate_FolderThatStaysApart_MadeDuringTheWalk_IsLeftOut()
    {
        _folder.Add("a/1");
        _folder.Add("b/1");
        string cache = Path.Join(_folder.Path, "b/cache");
        using SourceTree tree = SourceTree.Open(_folder.Path, new PathFilter([], [], [cache]));
        var seen = new List<string>();
        foreach (SourceFile file in tree.Enumerate(default))
        {
            seen.Add(Text(file));
            _folder.Add("b/cache/x");
        }

        Assert.That(seen, Is.EqualTo(["a/1", "b/1"]));
    }

    [Test]
    public void Enumerate_GitFolderInOtherCase_NamesIt()
    {
        // On a disk that ignores case git would take it for its own: no fetch writes it, so no commit takes it.
        _folder.Add("sub/.GIT/hooks/pre-commit");
        Assert.That(() => Paths(_folder.Path), Throws.TypeOf<VersioningException>()
            .With.Property("Code").EqualTo("path_not_allowed").And.Message.Contains("sub/.GIT"));
        using SourceTree portable = new PortableSourceTree(_folder.Path, PathFilter.None);
        Assert.That(() => portable.Enumerate(default).Count(), Throws.TypeOf<VersioningException>());
        _folder.Add(".versignore", ".GIT\n");
        Assert.That(Paths(_folder.Path), Is.EqualTo([".versignore"]));
    }

    [Test]
    public void Enumerate_Socket_NamesIt()
    {
        Directory.CreateDirectory(Path.Join(_folder.Path, "d"));
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Join(_folder.Path, "d/socket")));
        Assert.That(() => Paths(_folder.Path), Throws.TypeOf<VersioningException>()
            .With.Property("Code").EqualTo("unsupported_file").And.Message.Contains("d/socket"));
    }

    [Test]
    public void Enumerate_Device_NamesIt()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Only root can make a device.");
            return;
        }

        _folder.Run("mkdir d && mknod d/null c 1 3");
        Assert.That(() => Paths(_folder.Path), Throws.TypeOf<VersioningException>()
            .With.Property("Code").EqualTo("unsupported_file").And.Message.Contains("d/null"));
    }

    [Test]
    public void Enumerate_OneFile_IsATreeOfIt()
    {
        string path = _folder.Add("model.bin", "12345");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using SourceTree tree = SourceTree.Open(path, PathFilter.None);
        SourceFile file = tree.Enumerate(default).Single();
        using SafeFileHandle handle = file.Open();
        Assert.That((Text(file), file.Kind, RandomAccess.GetLength(handle)), Is.EqualTo(("model.bin", FileKind.Executable, 5L)));
    }

    [Test]
    public void Open_FileReplacedByLink_IsRefused()
    {
        string path = _folder.Add("file", "x");
        using SourceTree tree = SourceTree.Open(_folder.Path, PathFilter.None);
        SourceFile file = tree.Enumerate(default).Single();
        File.Delete(path);
        File.CreateSymbolicLink(path, "/etc/passwd");
        Assert.That(file.Open, Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("file_changed"));
    }

    [Test]
    public void Open_OnManyThreadsInMoreFoldersThanStayOpen_ReadsTheRightFiles()
    {
        using (TargetFolder target = TargetFolder.Open(_folder.Path))
        {
            Parallel.For(0, 1000, i =>
            {
                byte[] path = Encoding.UTF8.GetBytes($"d{i % 300}/e/f{i}");
                using PendingFile file = target.Create(path, path.Length, FileKind.File);
                RandomAccess.Write(file.Handle, path, 0);
                file.Commit(replace: false);
            });
        }

        using SourceTree tree = SourceTree.Open(_folder.Path, PathFilter.None);
        SourceFile[] files = [.. tree.Enumerate(default)];
        Assert.That(files, Has.Length.EqualTo(1000));
        int wrong = 0;
        Parallel.ForEach(files, file =>
        {
            using SafeFileHandle handle = file.Open();
            byte[] content = new byte[file.Stamp.Size];
            RandomAccess.Read(handle, content, 0);
            wrong += content.AsSpan().SequenceEqual(file.Path) ? 0 : 1;
        });
        Assert.That(wrong, Is.Zero);
    }

    [Test]
    public void Open_Nothing_IsNotFound() =>
        Assert.That(() => SourceTree.Open(_folder.Path + "/none", PathFilter.None), Throws.TypeOf<NotFoundException>());

    internal static List<string> Paths(string root, PathFilter? filter = null)
    {
        using SourceTree tree = SourceTree.Open(root, filter ?? PathFilter.None);
        return [.. tree.Enumerate(default).Select(Text)];
    }

    private static string Text(SourceFile file) => Encoding.UTF8.GetString(file.Path);
}
