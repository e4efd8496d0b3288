using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Store;

namespace Versioning.Tests.Files;

/// <summary>Files that change under the reader: read again, or refused by name.</summary>
[TestFixture]
internal sealed class ChangingFileTests : StoreFixture
{
    private const string Artifact = "datasets/x";

    [Test]
    public async Task Commit_FileRewrittenAfterTheWalk_RecordsWhatItIsNow([Values(100, 70_000, 5_000_000)] int length, [Values] bool committedBefore)
    {
        byte[] before = SampleData.Make(length, 3, 1), after = SampleData.Make(length + 77, 3, 2);
        string file = _folder.Write("s/file", before);
        if (committedBefore)
        {
            await CommitAsync(TimeProvider.System);
        }

        // The clock is asked when the reading of a file begins: then the walk has seen the old one. Without the cache, so that it is read.
        ArtifactVersion version = await CommitAsync(new HookedTime(() => File.WriteAllBytes(file, after)));
        await AssertHoldsAsync(version, "file", after);

        // Nor does the file cache believe the old stamp.
        await AssertHoldsAsync(await CommitAsync(TimeProvider.System), "file", after);
    }

    [Test]
    public async Task Commit_SmallFileGrownLargeAfterTheWalk_RecordsWhatItIsNow([Values(3_000_000, 20_000_000)] int length)
    {
        byte[] after = SampleData.Make(length, 3, 2);
        string file = _folder.Write("s/file", new byte[100]);
        ArtifactVersion version = await CommitAsync(new HookedTime(() => File.WriteAllBytes(file, after)));
        await AssertHoldsAsync(version, "file", after);
    }

    [Test]
    public async Task Commit_FileThatGoesOnChanging_FailsByName_AndPublishesNothing()
    {
        string file = _folder.Write("s/sub/busy", new byte[40_000_000]);
        using var done = new CancellationTokenSource();
        Task writing = Task.Run(() =>
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            for (byte i = 0; !done.IsCancellationRequested; i++)
            {
                RandomAccess.Write(handle, [i], 20_000_000);
            }
        });
        Assert.That(
            async () => await CommitAsync(TimeProvider.System),
            Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("file_changed").And.Message.Contains("sub/busy"));
        await done.CancelAsync();
        await writing;
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        Assert.That(await store.ListArtifactsAsync().AnyAsync(), Is.False);
        await AssertHoldsAsync(await CommitAsync(TimeProvider.System), "sub/busy", await File.ReadAllBytesAsync(file));
    }

    [TestCase("link")]
    [TestCase("folder")]
    [TestCase("nothing")]
    [Platform("Linux")]
    public async Task Commit_FileReplacedAfterTheWalk_FailsByName(string by)
    {
        string file = _folder.Write("s/sub/file", "text");
        await using var objects = new MemoryStore();
        Assert.That(async () => await CommitAsync(new HookedTime(Replace)), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("file_changed").And.Message.Contains("sub/file"));

        void Replace()
        {
            File.Delete(file);
            _ = by switch
            {
                "link" => File.CreateSymbolicLink(file, "/etc/passwd"),
                "folder" => Directory.CreateDirectory(file),
                _ => (FileSystemInfo?)null,
            };
        }
    }

    private async Task<ArtifactVersion> CommitAsync(TimeProvider time)
    {
        var options = new VersionStoreOptions { Author = "tester", CacheDirectory = _folder.Of("cache"), Time = time };
        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), options);
        return (await store.CommitAsync(Artifact, _folder.Of("s"), new CommitOptions { Rehash = time is HookedTime })).Version;
    }

    private async Task AssertHoldsAsync(ArtifactVersion version, string path, byte[] content)
    {
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        FileEntry entry = await store.ListFilesAsync(version.Pin.ToString()).SingleAsync();
        Assert.That((entry.Path, entry.Size, entry.Sha256), Is.EqualTo((path, content.LongLength, Digest.Of(content))));
        FileContent file = await store.ReadFilesAsync(version.Pin.ToString()).SingleAsync();
        Assert.That(file.Content.Span.SequenceEqual(content), Is.True);
    }

    /// <summary>Does something the first time that it is asked.</summary>
    private sealed class HookedTime(Action hook) : TimeProvider
    {
        private Action? _hook = hook;

        public override DateTimeOffset GetUtcNow()
        {
            Interlocked.Exchange(ref _hook, null)?.Invoke();
            return System.GetUtcNow();
        }
    }
}
