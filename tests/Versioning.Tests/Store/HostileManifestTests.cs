using NUnit.Framework;
using Versioning.Trees;

namespace Versioning.Tests.Store;

/// <summary>Fetches of manifests that were made to write elsewhere: refused before anything is written.</summary>
[TestFixture]
internal sealed class HostileManifestTests : HostileFixture
{
    [TestCase("../escaped")]
    [TestCase("a/../../escaped")]
    [TestCase("/tmp/escaped")]
    [TestCase("//escaped")]
    [TestCase("a//b")]
    [TestCase("./a")]
    [TestCase("a/.")]
    [TestCase("a/")]
    [TestCase("..")]
    [TestCase("a\0b")]
    [TestCase(".git/hooks/post-checkout")]
    [TestCase("sub/.Git/config")]
    public async Task Fetch_PathThatLeavesOrCannotBe_WritesNothing(string path)
    {
        // The sound file comes last in the order, or first: neither may be there afterwards.
        foreach (string sound in new[] { "!", "zz" })
        {
            await using var hostile = new HostileStore();
            ManifestEntry[] entries = [.. new[] { hostile.File(path, "evil"), hostile.File(sound, "sound") }.OrderBy(e => Convert.ToHexString(e.Path), StringComparer.Ordinal)];
            await using VersionStore store = await hostile.PublishAsync(entries);
            foreach (bool force in new[] { false, true })
            {
                Assert.That(
                    async () => await store.FetchAsync(HostileStore.Artifact, _folder.Of("in/target"), new FetchOptions { Force = force }),
                    Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("path_not_allowed"));
                Assert.That(Directory.EnumerateFileSystemEntries(_folder.Of("in"), "*", SearchOption.AllDirectories).Select(Path.GetFileName), Is.EqualTo(["target"]));
            }
        }
    }

    [TestCase("C:\\escaped")]
    [TestCase("..\\escaped")]
    [TestCase("con")]
    [TestCase("d/NUL.txt")]
    [TestCase("a:stream")]
    public async Task Fetch_NameThatOnlyWindowsTakesForMore_IsAPlainNameElsewhere(string path)
    {
        await using VersionStore store = await _hostile.PublishAsync(_hostile.File(path, "text"));
        if (OperatingSystem.IsWindows())
        {
            Assert.That(async () => await store.FetchAsync(HostileStore.Artifact, _folder.Of("t")), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("path_not_allowed"));
            return;
        }

        await store.FetchAsync(HostileStore.Artifact, _folder.Of("t"));
        Assert.That(await File.ReadAllTextAsync($"{_folder.Of("t")}/{path}"), Is.EqualTo("text"));
        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Root).Select(Path.GetFileName), Is.EqualTo(["t"]));
    }

    [TestCase("/etc/passwd")]
    [TestCase("../escaped")]
    [TestCase("a/../../escaped")]
    [TestCase("..")]
    [TestCase("a\0b")]
    [Platform(Exclude = "Win")]
    public async Task Fetch_LinkThatLeaves_IsRefusedAndNotMade(string target)
    {
        await using VersionStore store = await _hostile.PublishAsync(HostileStore.Link("link", target));
        Assert.That(async () => await store.FetchAsync(HostileStore.Artifact, _folder.Of("t")), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("link_leaves_folder"));
        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Of("t")), Is.Empty);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Fetch_LinkAndAFileBelowIt_NeverWritesThroughTheLink()
    {
        // The link itself stays inside; what would go through it must not.
        await using VersionStore store = await _hostile.PublishAsync(HostileStore.Link("link", "sub"), _hostile.File("link/file", "evil"), _hostile.File("sub/file", "sound"));
        Directory.CreateDirectory(_folder.Of("t/sub"));
        Assert.That(async () => await store.FetchAsync(HostileStore.Artifact, _folder.Of("t")), Throws.InstanceOf<VersioningException>());
        Assert.That(!File.Exists(_folder.Of("t/sub/file")) || await File.ReadAllTextAsync(_folder.Of("t/sub/file")) == "sound", Is.True);
    }

    [TestCase("sub")]
    [TestCase("sub/deep")]
    [Platform(Exclude = "Win")]
    public async Task Fetch_LinkPlantedInTheTarget_IsNotFollowed(string at)
    {
        await using VersionStore store = await _hostile.PublishAsync(_hostile.File("sub/deep/file", "text"));
        Directory.CreateDirectory(_folder.Of("outside/deep"));
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Of($"t/{at}"))!);
        Directory.CreateSymbolicLink(_folder.Of($"t/{at}"), _folder.Of("outside"));
        foreach (bool force in new[] { false, true })
        {
            Assert.That(async () => await store.FetchAsync(HostileStore.Artifact, _folder.Of("t"), new FetchOptions { Force = force }), Throws.TypeOf<ConflictException>());
        }

        Assert.That(Directory.EnumerateFiles(_folder.Of("outside"), "*", SearchOption.AllDirectories), Is.Empty);
    }

    [TestCase("folder")]
    [TestCase("fifo")]
    [Platform("Linux")]
    public async Task Fetch_SomethingElseInTheWay_IsAConflictEvenIfForced(string what)
    {
        await using VersionStore store = await _hostile.PublishAsync(_hostile.File("a", "a"), _hostile.File("x", "x"));
        Directory.CreateDirectory(_folder.Of("t"));
        using var make = System.Diagnostics.Process.Start(what == "fifo" ? "mkfifo" : "mkdir", [_folder.Of("t/x")]);
        await make.WaitForExitAsync();
        if (what != "fifo")
        {
            // An empty one would give way.
            _folder.Write("t/x/own", "mine");
        }

        foreach (bool force in new[] { false, true })
        {
            Assert.That(async () => await store.FetchAsync(HostileStore.Artifact, _folder.Of("t"), new FetchOptions { Force = force }), Throws.TypeOf<ConflictException>());
        }

        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Of("t")).Select(Path.GetFileName), Is.EqualTo(["x"]));
    }
}
