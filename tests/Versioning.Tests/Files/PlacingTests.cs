using System.Runtime.Versioning;
using System.Text;
using NUnit.Framework;
using Versioning.Files;

namespace Versioning.Tests.Files;

/// <summary>How files of the machine's cache get into a folder.</summary>
[Platform("Linux"), SupportedOSPlatform("linux")]
[TestFixture(false)]
[TestFixture(true)]
public sealed class PlacingTests(bool portable)
{
    private const string Text = "content";
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly LinkKind[] Kinds = [LinkKind.Reflink, LinkKind.Hard, LinkKind.Symbolic, LinkKind.Copy];

    private TemporaryFolder _folder = null!;
    private TargetFolder _target = null!;
    private string _source = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _target = Open(Path.Join(_folder.Path, "t"));
        _source = _folder.Add("cache/source", Text);
        File.SetUnixFileMode(_source, ReadOnly);
    }

    [TearDown]
    public void TearDown()
    {
        _target.Dispose();
        _folder.Dispose();
    }

    [TestCaseSource(nameof(Kinds))]
    public void Place_IntoAnEmptyFolder_HasTheContent(LinkKind how)
    {
        Assume.That(Place("a/b", how), Is.True, "this disk has no such links");
        Assert.That(File.ReadAllText(At("a/b")), Is.EqualTo(Text));
        AssertNothingElse("a/b");
    }

    [Test]
    public void Hard_IsTheFileItself_AndReadOnly()
    {
        Place("x", LinkKind.Hard);
        Assert.That((Inode(At("x")), File.GetUnixFileMode(At("x"))), Is.EqualTo((Inode(_source), ReadOnly)));
    }

    [Test]
    public void Copy_IsAFileOfItsOwn_WithItsTimeAndMode()
    {
        const long time = 1_700_000_000_123_456_700;
        Assert.That(_target.TryPlace(Bytes("x"), _source, Text.Length, FileKind.Executable, LinkKind.Copy, replace: false, time), Is.True);
        Assert.That(_target.Probe(Bytes("x"), out FileStamp stamp, out FileKind kind), Is.EqualTo(TargetState.File));
        Assert.That((stamp.MtimeNs, kind), Is.EqualTo((time, FileKind.Executable)));
        File.WriteAllText(At("x"), "changed");
        Assert.That(File.ReadAllText(_source), Is.EqualTo(Text));
    }

    [Test]
    public void Copy_OfManyBytes_IsWhole()
    {
        byte[] content = new byte[3_000_001];
        Random.Shared.NextBytes(content);
        File.WriteAllBytes(Path.Join(_folder.Path, "large"), content);
        _target.TryPlace(Bytes("x"), Path.Join(_folder.Path, "large"), content.Length, FileKind.File, LinkKind.Copy, replace: false, 0);
        Assert.That(File.ReadAllBytes(At("x")), Is.EqualTo(content));
    }

    [Test]
    public void Symbolic_NamesTheSource()
    {
        Place("x", LinkKind.Symbolic);
        Assert.That(new FileInfo(At("x")).LinkTarget, Is.EqualTo(_source));
    }

    [TestCaseSource(nameof(Kinds))]
    public void Place_OverAFile_ReplacesItOnlyWhereAllowed(LinkKind how)
    {
        _folder.Add("t/x", "old");
        Assume.That(Place("probe", how), Is.True, "this disk has no such links");
        File.Delete(At("probe"));
        Assert.That(() => Place("x", how), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("file_exists"));
        Assert.That(File.ReadAllText(At("x")), Is.EqualTo("old"));
        AssertNothingElse("x");
        Assert.That(Place("x", how, replace: true), Is.True);
        Assert.That(File.ReadAllText(At("x")), Is.EqualTo(Text));
        AssertNothingElse("x");
    }

    /// <summary>Two restores at once: the second finds what the first has just put there.</summary>
    [TestCaseSource(nameof(Kinds))]
    public void Place_OverWhatIsTheSame_LeavesNoOtherName(LinkKind how)
    {
        Assume.That(Place("x", how), Is.True, "this disk has no such links");
        Assert.That(Place("x", how, replace: true), Is.True);
        Assert.That(File.ReadAllText(At("x")), Is.EqualTo(Text));
        AssertNothingElse("x");
    }

    [TestCaseSource(nameof(Kinds))]
    public void Place_OverALink_ReplacesTheLinkItself(LinkKind how)
    {
        string precious = _folder.Add("precious", "keep");
        File.CreateSymbolicLink(At("x"), precious);
        Assume.That(Place("x", how, replace: true), Is.True, "this disk has no such links");
        Assert.That((File.ReadAllText(precious), File.ReadAllText(At("x"))), Is.EqualTo(("keep", Text)));
    }

    [TestCaseSource(nameof(Kinds))]
    public void Place_OverAFolder_IsAConflict(LinkKind how)
    {
        Assume.That(Place("probe", how), Is.True, "this disk has no such links");
        File.Delete(At("probe"));
        Directory.CreateDirectory(At("x"));
        Assert.That(() => Place("x", how, replace: true), Throws.TypeOf<ConflictException>());
        AssertNothingElse("x");
    }

    [TestCaseSource(nameof(Kinds))]
    public void Place_ThroughALink_IsRefused(LinkKind how)
    {
        Directory.CreateDirectory(Path.Join(_folder.Path, "outside"));
        File.CreateSymbolicLink(At("link"), Path.Join(_folder.Path, "outside"));
        Assert.That(() => Place("link/x", how, replace: true), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("path_blocked"));
        Assert.That(Directory.GetFileSystemEntries(Path.Join(_folder.Path, "outside")), Is.Empty);
    }

    /// <summary>Another process took it out of the cache: nothing is placed, and the caller fetches it again.</summary>
    [TestCaseSource(nameof(Kinds))]
    public void Place_SourceIsGone_SaysSo(LinkKind how)
    {
        File.Delete(_source);
        foreach (bool replace in (bool[])[false, true])
        {
            Assert.That(() => Place("x", how, replace), Throws.TypeOf<FileNotFoundException>());
        }

        Assert.That(Directory.GetFileSystemEntries(At("")), Is.Empty);
    }

    [Test]
    public void Place_FolderOfTheSourceIsGone_SaysSo([Values(LinkKind.Hard, LinkKind.Symbolic, LinkKind.Copy)] LinkKind how)
    {
        Directory.Delete(Path.GetDirectoryName(_source)!, recursive: true);
        Assert.That(() => Place("x", how), Throws.InstanceOf<IOException>().And.Matches<IOException>(e => e is FileNotFoundException or DirectoryNotFoundException));
    }

    [Test]
    public void Copy_SourceIsShorterThanItShouldBe_FailsAndLeavesNothing()
    {
        Assert.That(() => _target.TryPlace(Bytes("x"), _source, Text.Length + 1, FileKind.File, LinkKind.Copy, replace: false, 0), Throws.TypeOf<EndOfStreamException>());
        Assert.That(Directory.GetFileSystemEntries(At("")), Is.Empty);
    }

    [Test]
    public void Place_OntoAnotherDisk_LinksSayNoAndCopyWorks()
    {
        string other = Path.Join("/dev/shm", $"versioning-{Guid.NewGuid():N}");
        Assume.That(Directory.Exists("/dev/shm") && Device("/dev/shm") != Device(_folder.Path), "there is no other disk here");
        try
        {
            using TargetFolder target = Open(other);
            foreach (bool replace in (bool[])[false, true])
            {
                Assert.That(target.TryPlace(Bytes("x"), _source, Text.Length, FileKind.File, LinkKind.Hard, replace, 0), Is.False);
                Assert.That(target.TryPlace(Bytes("x"), _source, Text.Length, FileKind.File, LinkKind.Reflink, replace, 0), Is.False);
            }

            Assert.That(Directory.GetFileSystemEntries(other), Is.Empty);
            Assert.That(target.TryPlace(Bytes("x"), _source, Text.Length, FileKind.File, LinkKind.Copy, replace: false, 0), Is.True);
            Assert.That(target.TryPlace(Bytes("y"), _source, Text.Length, FileKind.File, LinkKind.Symbolic, replace: false, 0), Is.True);
            Assert.That((File.ReadAllText(Path.Join(other, "x")), File.ReadAllText(Path.Join(other, "y"))), Is.EqualTo((Text, Text)));
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }
    }

    [Test]
    public void Place_ManyAtOnceUnderOneName_AllEndWithTheContentAndNoOtherName([Values(LinkKind.Hard, LinkKind.Symbolic, LinkKind.Copy)] LinkKind how)
    {
        for (int round = 0; round < 50; round++)
        {
            Parallel.For(0, 4, _ => Place("x", how, replace: true));
            Assert.That(File.ReadAllText(At("x")), Is.EqualTo(Text));
        }

        AssertNothingElse("x");
    }

    [Test]
    public void Place_ManyAtOnceWithoutReplacing_OneWins([Values(LinkKind.Hard, LinkKind.Symbolic, LinkKind.Copy)] LinkKind how)
    {
        Assume.That(portable, Is.False, "System.IO looks first and moves then");
        for (int round = 0; round < 100; round++)
        {
            int won = 0;
            Parallel.For(0, 3, _ =>
            {
                try
                {
                    Place($"x{round}", how);
                    Interlocked.Increment(ref won);
                }
                catch (ConflictException)
                {
                    // Another one won.
                }
            });
            Assert.That(won, Is.EqualTo(1));
        }
    }

    private static TargetFolder Open(string path, bool portable)
    {
        Directory.CreateDirectory(path);
        return portable ? new PortableTargetFolder(path) : TargetFolder.Open(path);
    }

    private TargetFolder Open(string path) => Open(path, portable);

    private bool Place(string path, LinkKind how, bool replace = false) =>
        _target.TryPlace(Bytes(path), _source, Text.Length, FileKind.File, how, replace, 1_700_000_000_000_000_000);

    private string At(string path) => Path.Join(_folder.Path, "t", path);

    private void AssertNothingElse(string path)
    {
        string full = At(path);
        Assert.That(Directory.GetFileSystemEntries(Path.GetDirectoryName(full)!), Is.EqualTo([full]));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private string Inode(string path) => _folder.Run("stat", "-c", "%d %i", path);

    private string Device(string path) => _folder.Run("stat", "-c", "%d", path);
}
