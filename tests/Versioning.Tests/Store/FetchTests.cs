using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;

namespace Versioning.Tests.Store;

[TestFixture]
internal sealed class FetchTests : StoreFixture
{
    private const string Artifact = "datasets/x";

    private VersionStore _store = null!;

    [SetUp]
    public async Task SetUp()
    {
        _store = await VersionStore.CreateAsync(_objects, _folder.Options);
        _folder.Write("s/a.txt", "one");
        _folder.Write("s/sub/b.txt", "two");
    }

    [TearDown]
    public async Task TearDown() => await _store.DisposeAsync();

    [TestCase(false)]
    [TestCase(true)]
    public async Task Fetch_OverAPlantedLinkOfAFolder_WritesNothingAnywhere(bool force)
    {
        CommitResult made = await _store.CommitAsync(Artifact, _folder.Of("s"));
        Directory.CreateDirectory(_folder.Of("outside"));
        Directory.CreateDirectory(_folder.Of("t"));
        Directory.CreateSymbolicLink(_folder.Of("t/sub"), _folder.Of("outside"));
        Assert.That(async () => await _store.FetchAsync(made, _folder.Of("t"), new FetchOptions { Force = force }), Throws.InstanceOf<ConflictException>());
        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Of("outside")), Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Of("t")).Select(Path.GetFileName), Is.EqualTo(["sub"]));
    }

    [Test]
    public async Task Fetch_OverAPlantedLinkOfAFile_ReplacesTheLinkOnly()
    {
        CommitResult made = await _store.CommitAsync(Artifact, _folder.Of("s"));
        string victim = _folder.Write("outside/victim", "keep");
        Directory.CreateDirectory(_folder.Of("t"));
        File.CreateSymbolicLink(_folder.Of("t/a.txt"), victim);
        Assert.That(async () => await _store.FetchAsync(made, _folder.Of("t")), Throws.InstanceOf<ConflictException>());
        await _store.FetchAsync(made, _folder.Of("t"), new FetchOptions { Force = true });
        Assert.That(await File.ReadAllTextAsync(victim), Is.EqualTo("keep"));
        Assert.That(new FileInfo(_folder.Of("t/a.txt")).LinkTarget, Is.Null);
        Assert.That(await File.ReadAllTextAsync(_folder.Of("t/a.txt")), Is.EqualTo("one"));
    }

    [Test]
    [Platform("Linux")]
    public async Task Fetch_ASparseFile_LeavesItsHoles()
    {
        const int Length = 64 * 1024 * 1024;
        string source = _folder.Write("s/sparse", SampleData.Make(300_000, 3, 1));
        using (FileStream file = File.OpenWrite(source))
        {
            file.SetLength(Length);
        }

        CommitResult made = await _store.CommitAsync(Artifact, _folder.Of("s"));
        await _store.FetchAsync(made, _folder.Of("t"));
        string fetched = _folder.Of("t/sparse");
        byte[] was = await File.ReadAllBytesAsync(source), now = await File.ReadAllBytesAsync(fetched);
        Assert.That(now.AsSpan().SequenceEqual(was), Is.True);
        Assert.That(await BlocksAsync(source) * 512, Is.LessThan(Length / 2), "This file system keeps no holes: the test says nothing.");
        Assert.That(await BlocksAsync(fetched) * 512, Is.LessThan(4 * 1024 * 1024));

        static async Task<long> BlocksAsync(string path)
        {
            using Process stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%b", path]) { RedirectStandardOutput = true })!;
            string blocks = await stat.StandardOutput.ReadToEndAsync();
            await stat.WaitForExitAsync();
            return long.Parse(blocks, CultureInfo.InvariantCulture);
        }
    }

    [Test]
    public async Task Fetch_OverAnotherFile_IsAConflict_UntilForced_AndThenWritesNothingAgain()
    {
        CommitResult made = await _store.CommitAsync(Artifact, _folder.Of("s"));
        _folder.Write("t/sub/b.txt", "xyz");
        _folder.Write("t/mine", "stays");
        Assert.That(async () => await _store.FetchAsync(made, _folder.Of("t")), Throws.InstanceOf<ConflictException>().With.Message.Contains("b.txt"));
        Assert.That(File.Exists(_folder.Of("t/a.txt")), Is.False);
        Assert.That(await File.ReadAllTextAsync(_folder.Of("t/sub/b.txt")), Is.EqualTo("xyz"));

        Assert.That((await _store.FetchAsync(made, _folder.Of("t"), new FetchOptions { Force = true })).Written, Is.EqualTo(2));
        Assert.That(await File.ReadAllTextAsync(_folder.Of("t/sub/b.txt")), Is.EqualTo("two"));
        Assert.That(await File.ReadAllTextAsync(_folder.Of("t/mine")), Is.EqualTo("stays"));
        Assert.That((await _store.FetchAsync(made, _folder.Of("t"))).Written, Is.Zero);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Fetch_KeepsExecutableBitsAndInsideLinks()
    {
        string tool = _folder.Write("s/sub/tool", "#!/bin/sh");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.CreateSymbolicLink(_folder.Of("s/sub/up"), "../a.txt");
        File.CreateSymbolicLink(_folder.Of("s/dangling"), "nowhere");
        CommitResult made = await _store.CommitAsync(Artifact, _folder.Of("s"));
        await _store.FetchAsync(made, _folder.Of("t"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(_folder.Of("t/sub/tool")).HasFlag(UnixFileMode.UserExecute), Is.True);
            Assert.That(File.GetUnixFileMode(_folder.Of("t/a.txt")).HasFlag(UnixFileMode.UserExecute), Is.False);
        }

        Assert.That(new FileInfo(_folder.Of("t/sub/up")).LinkTarget, Is.EqualTo("../a.txt"));
        Assert.That(new FileInfo(_folder.Of("t/dangling")).LinkTarget, Is.EqualTo("nowhere"));
        Assert.That(await File.ReadAllTextAsync(_folder.Of("t/sub/up")), Is.EqualTo("one"));
        Assert.That((await _store.FetchAsync(made, _folder.Of("t"))).Written, Is.Zero);
    }

    [TestCase("../outside")]
    [TestCase("/etc/passwd")]
    [TestCase("sub/../../outside")]
    [Platform(Exclude = "Win")]
    public void Commit_OfAnEscapingLink_IsRefusedByName(string target)
    {
        File.CreateSymbolicLink(_folder.Of("s/escapes"), target);
        Assert.That(async () => await _store.CommitAsync(Artifact, _folder.Of("s")), Throws.InstanceOf<VersioningException>().With.Message.Contains("escapes"));
        Assert.That(async () => await _store.ResolveAsync(Artifact), Throws.InstanceOf<NotFoundException>());
    }

    [Test]
    public async Task OpenRead_AnyRangesOf3Megabytes_AreTheBytes()
    {
        byte[] content = SampleData.Make(3_000_000, 2, 9);
        _folder.Write("s/large", content);
        CommitResult made = await _store.CommitAsync(Artifact, _folder.Of("s"));
        await using Stream stream = await _store.OpenReadAsync(made, "large");
        Assert.That((stream.Length, stream.CanSeek, stream.CanWrite), Is.EqualTo((content.LongLength, true, false)));
        var random = new Random(4);
        byte[] buffer = new byte[700_000];
        for (int i = 0; i < 100; i++)
        {
            int at = random.Next(content.Length + 1), count = random.Next(i % 2 == 0 ? 700_000 : 50);
            stream.Seek(at, SeekOrigin.Begin);
            int read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, count), count, throwOnEndOfStream: false);
            Assert.That(read, Is.EqualTo(Math.Min(count, content.Length - at)));
            Assert.That(buffer.AsSpan(0, read).SequenceEqual(content.AsSpan(at, read)), Is.True);
            Assert.That(stream.Position, Is.EqualTo(at + read));
        }

        Dictionary<string, FileContent> all = await _store.ReadFilesAsync(made).ToDictionaryAsync(f => f.Path);
        Assert.That(all.Keys, Is.EquivalentTo(["a.txt", "large", "sub/b.txt"]));
        Assert.That(all["large"].Content.Span.SequenceEqual(content), Is.True);
        Assert.That(all["sub/b.txt"].Content.ToArray(), Is.EqualTo("two"u8.ToArray()));
    }

    [Test]
    public async Task Commit_AfterARewriteWithinTheClocksGrain_IsNeverUnchanged([Values] bool settled)
    {
        await _store.CommitAsync(Artifact, _folder.Of("s"));
        if (settled)
        {
            await Task.Delay(50);
        }

        for (int round = 0; round < 20; round++)
        {
            _folder.Write("s/a.txt", $"{round:D3}");
            CommitResult made = await _store.CommitAsync(Artifact, _folder.Of("s"));
            _folder.Write("s/a.txt", $"{round + 500:D3}");
            CommitResult next = await _store.CommitAsync(Artifact, _folder.Of("s"));
            Assert.That((made.Unchanged, next.Unchanged), Is.EqualTo((false, false)), $"round {round}");
            byte[] read = new byte[3];
            await _store.ReadRangeAsync(next, "a.txt", 0, read);
            Assert.That(System.Text.Encoding.UTF8.GetString(read), Is.EqualTo($"{round + 500:D3}"));
        }
    }

    [Test]
    [Platform("Linux")]
    public async Task Fetch_LinkAtAPathOf10000Bytes_Twice_WritesNothingTheSecondTime()
    {
        using var source = new Files.TemporaryFolder();
        using var target = new Files.TemporaryFolder();
        using var folder = new TempFolder();
        using (Versioning.Files.TargetFolder deep = Versioning.Files.TargetFolder.Open(source.Path))
        {
            deep.CreateLink(System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"folder-{i}/")) + "link"), "file"u8.ToArray(), replace: false);
        }

        await using VersionStore store = await VersionStore.CreateAsync(new MemoryStore(), folder.Options);
        CommitResult made = await store.CommitAsync("datasets/x", source.Path);
        await store.FetchAsync(made, target.Path);
        Assert.That((await store.FetchAsync(made, target.Path)).Written, Is.Zero);
    }

    [Test]
    [Platform("Linux")]
    public async Task Fetch_LinkOfOtherBytesInTheWay_IsAConflict_AndGivesWayToForce()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.Of("s"));
        File.CreateSymbolicLink(folder.Of("s/link"), "file");
        await using VersionStore store = await VersionStore.CreateAsync(new MemoryStore(), folder.Options);
        CommitResult made = await store.CommitAsync("datasets/x", folder.Of("s"));
        Directory.CreateDirectory(folder.Of("t"));
        using (var shell = System.Diagnostics.Process.Start("sh", ["-c", $"ln -s \"$(printf '\\377')\" '{folder.Of("t/link")}'"]))
        {
            await shell.WaitForExitAsync();
        }

        Assert.That(async () => await store.FetchAsync(made, folder.Of("t")), Throws.TypeOf<ConflictException>());
        await store.FetchAsync(made, folder.Of("t"), new() { Force = true });
        Assert.That(new FileInfo(folder.Of("t/link")).LinkTarget, Is.EqualTo("file"));
    }
}
