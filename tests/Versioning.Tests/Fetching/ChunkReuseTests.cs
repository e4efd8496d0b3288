using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Fetching;

/// <summary>Of a long file that gives way to its next version, only what changed is asked of a remote store.</summary>
[TestFixture]
internal sealed class ChunkReuseTests
{
    private const string Artifact = "models/x";
    private const int Length = 40 * 1024 * 1024;

    private static readonly FetchOptions Force = new() { Force = true };

    private TempFolder _folder = null!;
    private MemoryStore _objects = null!;
    private byte[] _old = null!;

    [SetUp]
    public void SetUp()
    {
        (_folder, _objects) = (new TempFolder(), new MemoryStore());
        _old = SampleData.Make(Length, 3, 1);
    }

    [TearDown]
    public async Task TearDown()
    {
        _folder.Dispose();
        await _objects.DisposeAsync();
    }

    // The second figure: what may come from the store beside what changed, in KiB.
    [TestCase("nothing moved", 2000)]
    [TestCase("inserted", 2000)]
    [TestCase("removed", 2000)]
    [TestCase("appended", 2500)]
    [TestCase("moved to the front", 6500)]
    [TestCase("swapped", 2500)]
    public async Task Fetch_OfTheNextVersion_AsksTheStoreForChangedChunksOnly(string what, int most)
    {
        byte[] next = Edit(what);
        long read = await RefetchAsync(_old, next, remote: true);
        Assert.That(read, Is.LessThan(most * 1024L));
    }

    [TestCase("nothing moved")]
    [TestCase("inserted")]
    [TestCase("moved to the front")]
    [TestCase("swapped")]
    public async Task Fetch_OverAFileThatIsKnown_AsksForNothingElse(string what)
    {
        byte[] next = Edit(what);
        int changed = what switch { "moved to the front" => 5 << 20, "nothing moved" => 100_000, _ => 0 };
        long read = await RefetchAsync(_old, next, remote: true, known: true);
        Assert.That(read, Is.LessThan(changed + (1500 * 1024L)));
    }

    [Test]
    public async Task Fetch_OfAFileWithHoles_OverAFileThatIsKnown_KeepsThem()
    {
        byte[] old = [.. _old[..(9 << 20)], .. new byte[20 << 20], .. _old[(9 << 20)..(11 << 20)]];
        await RefetchAsync(old, [1, 2, 3, .. old], remote: true, known: true);
        if (OperatingSystem.IsLinux())
        {
            using var blocks = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%b", _folder.Of("t/file")]) { RedirectStandardOutput = true })!;
            Assert.That(512 * long.Parse(await blocks.StandardOutput.ReadToEndAsync(), System.Globalization.CultureInfo.InvariantCulture), Is.LessThan(13 << 20));
        }
    }

    [Test]
    public async Task Fetch_OverAFileThatIsKnown_WhileItIsWrittenTo_GivesTheVersion()
    {
        await CommitAsync(_old);
        await FetchAsync(remote: true);
        for (int i = 0; i < 5; i++)
        {
            byte[] now = i % 2 == 0 ? Edit("inserted") : _old;
            await CommitAsync(now);
            int delay = 20 * i;
            Task writing = Task.Run(async () =>
            {
                await Task.Delay(delay);
                await using FileStream stream = new(_folder.Of("t/file"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                stream.Position = Length / 2;
                await stream.WriteAsync(new byte[5 << 20]);
            });
            await FetchAsync(remote: true, written: null);
            await writing;

            // What was written last may have gone into the new file, which had its name by then.
            await FetchAsync(remote: true, written: null);
            AssertIs(now);
        }
    }

    [Test]
    public async Task Fetch_OfTensorsThatMoved_CutsTheOldFileAsTheCommitDid()
    {
        byte[] body = _old[..(24 << 20)];
        long read = await RefetchAsync(Tensors(body, "a"), Tensors(body, "a-longer-name"), remote: true);
        Assert.That(read, Is.LessThan(1024 * 1024));
    }

    [Test]
    public async Task Fetch_FromAStoreOnThisMachine_LeavesTheOldFileAlone()
    {
        long read = await RefetchAsync(_old, Edit("inserted"), remote: false);
        Assert.That(read, Is.GreaterThan(Length));
    }

    [TestCase("other bytes")]
    [TestCase("shorter")]
    [TestCase("holes")]
    [TestCase("a link")]
    [TestCase("unreadable")]
    [Platform("Linux")]
    public async Task Fetch_OverWhateverIsThere_GivesTheVersion(string what)
    {
        byte[] next = Edit("inserted");
        await CommitAsync(next);
        string file = _folder.Write("t/file", _old);
        string victim = _folder.Write("victim", _old);
        switch (what)
        {
            case "other bytes":
                await File.WriteAllBytesAsync(file, SampleData.Make(Length, 3, 2));
                break;
            case "shorter":
                await File.WriteAllBytesAsync(file, _old[..(10 << 20)]);
                break;
            case "holes":
                await File.WriteAllBytesAsync(file, []);
                using (FileStream holes = File.OpenWrite(file))
                {
                    holes.SetLength(2L * Length);
                }

                break;
            case "a link":
                File.Delete(file);
                File.CreateSymbolicLink(file, victim);
                break;
            default:
                if (!OperatingSystem.IsWindows())
                {
                    // One byte more: then it has to be read for its chunks only.
                    await File.WriteAllBytesAsync(file, [.. _old, 1]);
                    File.SetUnixFileMode(file, UnixFileMode.UserWrite);
                }

                break;
        }

        await FetchAsync(remote: true);
        AssertIs(next);
        Assert.That((await File.ReadAllBytesAsync(victim)).AsSpan().SequenceEqual(_old), Is.True);
    }

    [Test]
    public async Task Fetch_WhileTheOldFileIsWrittenTo_GivesTheVersion()
    {
        byte[] next = Edit("inserted");
        await CommitAsync(next);
        string file = _folder.Write("t/file", _old);
        using var done = new CancellationTokenSource();
        Task writing = Task.Run(() =>
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            for (int i = 0; !done.IsCancellationRequested; i++)
            {
                stream.Position = i * 7919L % Length;
                stream.WriteByte((byte)i);
                stream.Flush();
            }
        });
        await FetchAsync(remote: true);
        await done.CancelAsync();
        await writing;
        AssertIs(next);
    }

    [Test]
    public async Task Fetch_CancelledOnTheWay_GoesOnFromBothFiles()
    {
        byte[] next = Edit("half");
        await CommitAsync(next);
        _folder.Write("t/file", _old);
        using var stop = new CancellationTokenSource();
        int left = 3;
        await using var cancelling = new HookedStore(_objects, () =>
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                stop.Cancel();
            }
        });
        await using (VersionStore store = await VersionStore.OpenAsync(cancelling, new VersionStoreOptions { CacheDirectory = _folder.Of("cache"), Requests = 1 }))
        {
            Assert.That(async () => await store.FetchAsync(Artifact, _folder.Of("t"), Force, cancellationToken: stop.Token), Throws.InstanceOf<OperationCanceledException>());
        }

        AssertIs(_old);
        Assert.That(await FetchAsync(remote: true), Is.LessThan(Length / 2));
        AssertIs(next);
    }

    private byte[] Edit(string what) => what switch
    {
        "nothing moved" => [.. _old[..(20 << 20)], .. SampleData.Make(100_000, 3, 5), .. _old[((20 << 20) + 100_000)..]],
        "inserted" => [.. _old[..(1 << 20)], .. SampleData.Make(1000, 3, 5), .. _old[(1 << 20)..(30 << 20)], 1, 2, 3, .. _old[(30 << 20)..]],
        "removed" => [.. _old[..(5 << 20)], .. _old[(9 << 20)..]],
        "appended" => [.. _old, .. SampleData.Make(1 << 20, 3, 5)],
        "moved to the front" => [.. SampleData.Make(5 << 20, 3, 5), .. _old],
        "swapped" => [.. _old[(20 << 20)..], .. _old[..(20 << 20)]],
        _ => [.. _old[..(20 << 20)], .. SampleData.Make(20 << 20, 3, 5)],
    };

    /// <summary>A safetensors file with one tensor.</summary>
    private static byte[] Tensors(byte[] body, string name)
    {
        byte[] header = System.Text.Encoding.UTF8.GetBytes($$$"""{"{{{name}}}":{"dtype":"U8","shape":[{{{body.Length}}}],"data_offsets":[0,{{{body.Length}}}]}}""");
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. body];
    }

    private async Task<long> RefetchAsync(byte[] old, byte[] next, bool remote, bool known = false)
    {
        await CommitAsync(old);
        await FetchAsync(remote);
        AssertIs(old);
        await CommitAsync(next);
        if (!known)
        {
            Directory.Delete(_folder.Of("cache/files"), recursive: true);
        }

        long read = await FetchAsync(remote);
        AssertIs(next);
        return read;
    }

    private async Task CommitAsync(byte[] content)
    {
        _folder.Write("s/file", content);
        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        await store.CommitAsync(Artifact, _folder.Of("s"), new CommitOptions { RecordCode = false });
    }

    /// <returns>Bytes that were read from the store.</returns>
    private async Task<long> FetchAsync(bool remote, int? written = 1)
    {
        await using var objects = new HookedStore(_objects, () => { }, remote);
        await using var counting = new CountingStore(objects);
        await using VersionStore store = await VersionStore.OpenAsync(counting, _folder.Options);
        FetchResult result = await store.FetchAsync(Artifact, _folder.Of("t"), Force);
        Assert.That(result.Written, Is.EqualTo(written ?? result.Written));
        Assert.That(Directory.GetFileSystemEntries(_folder.Of("t")), Has.Length.EqualTo(1));
        return counting.BytesRead;
    }

    private void AssertIs(byte[] content) => Assert.That(File.ReadAllBytes(_folder.Of("t/file")).AsSpan().SequenceEqual(content), Is.True);

    private sealed class HookedStore(ObjectStore inner, Action onRead, bool isRemote = true) : PassingStore(inner)
    {
        public override bool IsRemote => isRemote;

        protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            if (destination.Length > 1_000_000)
            {
                onRead();
            }

            return base.ReadCoreAsync(key, offset, destination, cancellationToken);
        }
    }
}
