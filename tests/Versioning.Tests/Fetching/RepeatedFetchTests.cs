using System.Globalization;
using System.Text;
using NUnit.Framework;
using Versioning.Files;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Store;

namespace Versioning.Tests.Fetching;

/// <summary>A fetch remembers what it wrote and what it hashed, and believes nothing that can have changed since.</summary>
[TestFixture]
internal sealed class RepeatedFetchTests
{
    private const string Artifact = "datasets/x";
    private const int Count = 40;

    private TempFolder _folder = null!;
    private MemoryStore _objects = null!;

    [SetUp]
    public async Task SetUp()
    {
        (_folder, _objects) = (new TempFolder(), new MemoryStore());
        for (int i = 0; i < Count; i++)
        {
            _folder.Write($"s/{i % 3}/{i:D2}", SampleData.Make(3000, 3, i));
        }

        _folder.Write("s/empty", "");
        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        await store.CommitAsync(Artifact, _folder.Of("s"));
    }

    [TearDown]
    public async Task TearDown()
    {
        _folder.Dispose();
        await _objects.DisposeAsync();
    }

    [Test]
    public async Task Fetch_WhatWasFetched_IsKnownByItsStamp()
    {
        await FetchAsync(ahead: true);
        Assert.That(Known(), Is.EqualTo(Count + 1));

        // Nobody but a test can change a file and leave its stamp: here it is the cache that is told of the other file.
        Falsify("0/00");
        Assert.That((await FetchAsync(ahead: true)).Written, Is.Zero, "It was not read.");
        Assert.That(async () => await FetchAsync(ahead: true, options: new FetchOptions { Rehash = true }), Throws.TypeOf<ConflictException>());
        Assert.That((await FetchAsync(ahead: true, options: new FetchOptions { Rehash = true, Force = true })).Written, Is.EqualTo(1));
        AssertFetched();
    }

    [Test]
    public async Task Fetch_OfWhatIsThereAlready_RemembersWhatItHashed()
    {
        await FetchAsync(ahead: true);
        Directory.Delete(_folder.Of("cache"), recursive: true);
        Assert.That((await FetchAsync(ahead: true)).Written, Is.Zero);
        Assert.That(Known(), Is.EqualTo(Count + 1));
    }

    [Test]
    public async Task Commit_OfWhatWasFetched_ReadsNothingOfIt()
    {
        await FetchAsync(ahead: true);
        Falsify("1/01");
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        Assert.That((await store.CommitAsync(Artifact, _folder.Of("t"))).Unchanged, Is.True, "Nothing was read.");
        Assert.That((await store.CommitAsync(Artifact, _folder.Of("t"), new CommitOptions { Rehash = true })).Unchanged, Is.False);
    }

    [Test]
    public async Task Fetch_OfAPart_KeepsWhatIsKnownOfTheRest()
    {
        await FetchAsync(ahead: true);
        _folder.Write("t/1/01", "other");
        var part = new FetchOptions { Include = { "1/*" }, Force = true };
        Assert.That((await FetchAsync(ahead: true, options: part)).Written, Is.EqualTo(1));
        Assert.That(Known(), Is.EqualTo(Count + 1));
        AssertFetched();
    }

    [Test]
    public async Task Fetch_EditsOfTheSameLength_AreNoticed()
    {
        await FetchAsync(ahead: true);
        byte[] other = SampleData.Make(3000, 3, 1000);
        _folder.Write("t/2/05", other);
        Assert.That(async () => await FetchAsync(ahead: true), Throws.TypeOf<ConflictException>().With.Message.Contains("05"));
        Assert.That((await FetchAsync(ahead: true, options: new FetchOptions { Force = true })).Written, Is.EqualTo(1));
        AssertFetched();
    }

    [Test]
    public async Task Fetch_EditsRightAfterAFetch_AreAlwaysNoticed([Values] bool settled)
    {
        var force = new FetchOptions { Force = true };
        byte[] other = SampleData.Make(3000, 3, 1000);
        for (int round = 0; round < 25; round++)
        {
            await FetchAsync(options: force);
            if (settled)
            {
                await Task.Delay(25);
            }

            string edited = string.Create(CultureInfo.InvariantCulture, $"{round % 3}/{round:D2}");
            using (FileStream file = File.OpenWrite(_folder.Of($"t/{edited}")))
            {
                file.Write(other);
            }

            Assert.That((await FetchAsync(options: force)).Written, Is.EqualTo(1), $"round {round}");
            AssertFetched();
        }
    }

    [Test]
    public async Task Fetch_FileChangedWhileItGoesOn_IsNotRemembered()
    {
        // The clock is asked again once all files are there; it is ahead, so nothing but the files' times can tell.
        int asked = 0;
        var clock = new HookedClock(() =>
        {
            if (Interlocked.Increment(ref asked) == 2)
            {
                _folder.Write("t/2/05", SampleData.Make(3000, 3, 1000));
            }
        });
        await FetchAsync(time: clock);
        Assert.That(asked, Is.GreaterThan(2));
        Assert.That(async () => await FetchAsync(ahead: true), Throws.TypeOf<ConflictException>().With.Message.Contains("05"));
    }

    [TestCase("damaged")]
    [TestCase("cut off")]
    [TestCase("a folder")]
    public async Task Fetch_WithACacheThatIsNone_HashesAndMendsIt(string what)
    {
        await FetchAsync(ahead: true);
        string cache = FileCache.PathOf(_folder.Of("cache"), _folder.Of("t"));
        byte[] bytes = await File.ReadAllBytesAsync(cache);
        File.Delete(cache);
        if (what == "a folder")
        {
            Directory.CreateDirectory(cache);
        }
        else
        {
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(cache, what == "damaged" ? bytes : bytes[..(bytes.Length / 2)]);
        }

        Assert.That((await FetchAsync(ahead: true)).Written, Is.Zero);
        AssertFetched();
        Assert.That(Known(), Is.EqualTo(what == "a folder" ? 0 : Count + 1));
    }

    [Test]
    public async Task Fetch_GivesFilesTheTimeOfTheirWriting()
    {
        DateTime before = TimeProvider.System.GetUtcNow().UtcDateTime;
        await FetchAsync();
        DateTime written = File.GetLastWriteTimeUtc(_folder.Of("t/2/05"));
        Assert.That(written, Is.InRange(before.AddSeconds(-1), TimeProvider.System.GetUtcNow().UtcDateTime));
    }

    private async Task<FetchResult> FetchAsync(bool ahead = false, FetchOptions? options = null, TimeProvider? time = null)
    {
        // A clock that is ahead has left the grain of every file behind.
        var settings = new VersionStoreOptions { CacheDirectory = _folder.Of("cache"), Time = time ?? (ahead ? new HookedClock(() => { }) : TimeProvider.System) };
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_objects), settings);
        return await store.FetchAsync($"{Artifact}@1", _folder.Of("t"), options);
    }

    /// <summary>How many files of the target the cache knows as they are.</summary>
    private int Known()
    {
        using FileCacheReader cache = FileCacheReader.Open(_folder.Of("cache"), _folder.Of("t"));
        using TargetFolder target = TargetFolder.Open(_folder.Of("t"));
        return Paths().Count(path => target.TryStamp(Encoding.UTF8.GetBytes(path)) is { } stamp
            && cache.TryFind(Encoding.UTF8.GetBytes(path), stamp, out Digest sha256) && sha256 == Digest.Of(File.ReadAllBytes(_folder.Of($"s/{path}"))));
    }

    /// <summary>Changes a file and makes the cache believe that it did not.</summary>
    private void Falsify(string changed)
    {
        using TargetFolder target = TargetFolder.Open(_folder.Of("t"));
        _folder.Write($"t/{changed}", SampleData.Make(3000, 3, 1000));
        using FileCacheWriter cache = FileCacheWriter.Create(_folder.Of("cache"), _folder.Of("t"));
        foreach (string path in Paths())
        {
            FileStamp stamp = target.TryStamp(Encoding.UTF8.GetBytes(path))!.Value;
            cache.Add(Encoding.UTF8.GetBytes(path), stamp, Digest.Of(File.ReadAllBytes(_folder.Of($"s/{path}"))), long.MaxValue);
        }

        cache.Complete();
    }

    private IEnumerable<string> Paths() => Directory.EnumerateFiles(_folder.Of("s"), "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(_folder.Of("s"), file).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    private void AssertFetched()
    {
        foreach (string path in Paths())
        {
            Assert.That(File.ReadAllBytes(_folder.Of($"t/{path}")).AsSpan().SequenceEqual(File.ReadAllBytes(_folder.Of($"s/{path}"))), Is.True, path);
        }
    }

    /// <summary>An hour ahead.</summary>
    private sealed class HookedClock(Action asked) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            asked();
            return System.GetUtcNow().AddHours(1);
        }
    }
}
