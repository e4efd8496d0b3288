using System.Diagnostics;
using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Fetching;

/// <summary>A fetch that ended half-way, and the same command again.</summary>
[TestFixture]
internal sealed class ResumedFetchTests : StoreFixture
{
    private const string Artifact = "datasets/x";
    private const int Small = 300;
    private const int LargeLength = 20 * 1024 * 1024;

    [SetUp]
    public async Task SetUp()
    {
        await using VersionStore store = await VersionStore.CreateAsync(_objects, _folder.Options);
        for (int i = 0; i < Small; i++)
        {
            _folder.Write($"s/{i % 7}/{i:D3}", SampleData.Make(20_000, 3, i));
        }

        _folder.Write("s/large", SampleData.Make(5_000_000, 3, 7));
        _folder.Write("s/empty", "");
        await store.CommitAsync(Artifact, _folder.Of("s"));
    }

    [Test]
    public async Task Fetch_CancelledAtAnyRead_LeavesWholeFilesOnly_AndGoesOn()
    {
        for (int reads = 1; reads < 8; reads++)
        {
            using var stop = new CancellationTokenSource();
            int left = reads;
            var cancelling = new CancellingStore(_objects, () =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    stop.Cancel();
                }
            });
            string target = _folder.Of($"t{reads}");
            await using (VersionStore store = await VersionStore.OpenAsync(cancelling, _folder.Options))
            {
                Assert.That(async () => await store.FetchAsync(Artifact, target, cancellationToken: stop.Token), Throws.InstanceOf<OperationCanceledException>());
            }

            string[] found = Directory.Exists(target) ? Directory.GetFiles(target, "*", SearchOption.AllDirectories) : [];
            AssertAllRight(target, found);

            var counting = new CountingStore(_objects);
            await using VersionStore again = await VersionStore.OpenAsync(counting, _folder.Options);
            FetchResult result = await again.FetchAsync(Artifact, target);
            long present = found.Sum(file => new FileInfo(file).Length);
            Assert.That((result.Files, result.Written), Is.EqualTo((Small + 2L, Small + 2L - found.Length)));
            Assert.That(counting.BytesRead, Is.LessThan(result.Bytes - present + 2_000_000), "What is there is not fetched.");
            string[] whole = Directory.GetFiles(target, "*", SearchOption.AllDirectories);
            Assert.That(whole, Has.Length.EqualTo(Small + 2));
            AssertAllRight(target, whole);
        }
    }

    [Test]
    public async Task Fetch_AllThere_ReadsNoContentAndCountsItAsDone()
    {
        var counting = new CountingStore(_objects);
        await using VersionStore store = await VersionStore.OpenAsync(counting, _folder.Options);
        await store.FetchAsync(Artifact, _folder.Of("t"));
        counting.Reset();
        FetchResult again = await store.FetchAsync(Artifact, _folder.Of("t"));
        Assert.That((again.Files, again.Written), Is.EqualTo((Small + 2L, 0L)));
        Assert.That(counting.BytesRead, Is.LessThan(1_000_000));
    }

    [Test]
    public async Task Fetch_OneDiffers_IsAConflictThatNamesIt_AndForceReplacesOnlyThat()
    {
        await using VersionStore store = await VersionStore.OpenAsync(_objects, _folder.Options);
        await store.FetchAsync(Artifact, _folder.Of("t"));
        byte[] bytes = await File.ReadAllBytesAsync(_folder.Of("t/large"));
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(_folder.Of("t/large"), bytes);
        Assert.That(async () => await store.FetchAsync(Artifact, _folder.Of("t")), Throws.TypeOf<ConflictException>().With.Message.Contains("large"));
        Assert.That((await store.FetchAsync(Artifact, _folder.Of("t"), new FetchOptions { Force = true })).Written, Is.EqualTo(1));
        AssertAllRight(_folder.Of("t"), [_folder.Of("t/large")]);
    }

    [Test]
    [Platform("Linux")]
    public async Task Fetch_OfALargeFileThatWasCancelled_GoesOnWithTheChunksThatAreThere()
    {
        (string target, string partial) = await CancelLargeAsync();
        var counting = new CountingStore(_objects);
        await using VersionStore again = await VersionStore.OpenAsync(counting, _folder.Options);
        await again.FetchAsync("models/large", target);
        Assert.That(counting.BytesRead, Is.LessThan(LargeLength - (4 << 20)));
        AssertLarge(target);
        Assert.That(File.Exists(partial), Is.False);
    }

    [TestCase("damaged")]
    [TestCase("shorter")]
    [TestCase("linked")]
    [TestCase("a link")]
    [TestCase("a folder")]
    [Platform("Linux")]
    public async Task Fetch_OfALargeFile_TrustsNothingThatWasLeft(string what)
    {
        (string target, string partial) = await CancelLargeAsync();
        string other = _folder.Write("other", "keep");
        switch (what)
        {
            case "damaged":
                await File.WriteAllBytesAsync(partial, SampleData.Make(LargeLength, 3, 99));
                break;
            case "shorter":
                await File.WriteAllBytesAsync(partial, new byte[100]);
                break;
            case "linked":
                File.Delete(partial);
                File.WriteAllBytes(other, new byte[LargeLength]);
                Process.Start("ln", [other, partial]).WaitForExit();
                break;
            case "a link":
                File.Delete(partial);
                File.CreateSymbolicLink(partial, other);
                break;
            default:
                File.Delete(partial);
                Directory.CreateDirectory(partial);
                break;
        }

        byte[] before = await File.ReadAllBytesAsync(other);
        await using VersionStore again = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        await again.FetchAsync("models/large", target);
        AssertLarge(target);
        Assert.That(await File.ReadAllBytesAsync(other), Is.EqualTo(before));
    }

    [Test]
    public async Task Fetch_OfALargeFileTwiceAtOnce_GivesItToBoth()
    {
        await CommitLargeAsync();
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        var options = new FetchOptions { Force = true };
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => store.FetchAsync("models/large", _folder.Of("both"), options))));
        AssertLarge(_folder.Of("both"));
    }

    private async Task<(string Target, string Partial)> CancelLargeAsync()
    {
        await CommitLargeAsync();
        using var stop = new CancellationTokenSource();
        int left = 10;
        await using var cancelling = new CancellingStore(_objects, () =>
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                stop.Cancel();
            }
        });
        string target = _folder.Of("large-target");
        await using VersionStore store = await VersionStore.OpenAsync(cancelling, _folder.Options);
        Assert.That(async () => await store.FetchAsync("models/large", target, cancellationToken: stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(File.Exists(Path.Combine(target, "large")), Is.False);
        return (target, Directory.GetFiles(target).Single());
    }

    private async Task CommitLargeAsync()
    {
        _folder.Write("l/large", SampleData.Make(LargeLength, 3, 8));
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        await store.CommitAsync("models/large", _folder.Of("l"));
    }

    private void AssertLarge(string target) =>
        Assert.That(File.ReadAllBytes(Path.Combine(target, "large")).AsSpan().SequenceEqual(File.ReadAllBytes(_folder.Of("l/large"))), Is.True);

    private void AssertAllRight(string target, string[] files)
    {
        foreach (string file in files)
        {
            byte[] expected = File.ReadAllBytes(Path.Combine(_folder.Of("s"), Path.GetRelativePath(target, file)));
            Assert.That(File.ReadAllBytes(file).AsSpan().SequenceEqual(expected), Is.True, file);
        }
    }

    private sealed class CancellingStore(ObjectStore inner, Action onRead) : PassingStore(inner)
    {
        protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            if (key.Value.StartsWith(StoreKeys.Packs, StringComparison.Ordinal))
            {
                onRead();
            }

            return base.ReadCoreAsync(key, offset, destination, cancellationToken);
        }
    }
}
