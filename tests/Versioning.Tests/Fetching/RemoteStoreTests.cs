using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Fetching;

/// <summary>Where each request is a round trip, there are few, and a bounded number of them is under way.</summary>
[TestFixture]
internal sealed class RemoteStoreTests
{
    private const string Artifact = "datasets/x";
    private const int Files = 1500;
    private const int Length = 8000;

    private TempFolder _folder = null!;
    private MemoryStore _objects = null!;

    [SetUp]
    public async Task SetUp()
    {
        (_folder, _objects) = (new TempFolder(), new MemoryStore());
        for (int i = 0; i < Files; i++)
        {
            _folder.Write($"s/{i % 10}/{i}", SampleData.Make(Length, 3, i));
        }

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
    public async Task Fetch_ManySmallFiles_TakesAFewLargeRequests()
    {
        await using var recording = new RecordingStore(new RemoteStore(_objects));
        await using var counting = new CountingStore(recording);
        await using VersionStore store = await VersionStore.OpenAsync(counting, _folder.Options);
        counting.Reset();
        recording.Clear();
        await store.FetchAsync(Artifact, _folder.Of("t"));
        Assert.That(Directory.EnumerateFiles(_folder.Of("t"), "*", SearchOption.AllDirectories).Count(), Is.EqualTo(Files));

        // 12 MB of content in two ranges, an entry, and nodes in runs: for the survey and, of a small manifest, not again.
        Assert.That(counting.Total, Is.LessThanOrEqualTo(14), string.Join(Environment.NewLine, recording.Requests));
        Assert.That(counting.BytesRead, Is.LessThan(1.1 * Files * Length));
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task Fetch_RequestsUnderWay_AreNoMoreThanAllowed(int requests)
    {
        await using var remote = new RemoteStore(_objects);
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(remote), new VersionStoreOptions { CacheDirectory = _folder.Of("cache"), Requests = requests });
        await store.FetchAsync(Artifact, _folder.Of("t"));
        Assert.That(remote.MostAtOnce, Is.EqualTo(requests));
    }

    [Test]
    public async Task Commit_ToAStoreOfManyVersions_LooksAtThemSideBySide()
    {
        await using (VersionStore local = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options))
        {
            for (int i = 0; i < 20; i++)
            {
                _folder.Write("s/changed", SampleData.Make(Length, 3, -i - 1));
                await local.CommitAsync(Artifact, _folder.Of("s"));
            }
        }

        await using var remote = new RemoteStore(_objects);
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(remote), _folder.Options);
        _folder.Write("s/changed", SampleData.Make(Length, 3, 99));
        await store.CommitAsync(Artifact, _folder.Of("s"));
        Assert.That(remote.MostAtOnce, Is.GreaterThan(4));
    }

    /// <summary>Answers later, so that others can be asked meanwhile.</summary>
    private sealed class RemoteStore(ObjectStore inner) : PassingStore(inner)
    {
        private int _now, _most;

        internal int MostAtOnce => _most;

        public override bool IsRemote => true;

        protected override async ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            int now = Interlocked.Increment(ref _now);
            for (int most = Volatile.Read(ref _most); now > most; most = Volatile.Read(ref _most))
            {
                Interlocked.CompareExchange(ref _most, now, most);
            }

            await Task.Delay(20, cancellationToken);
            Interlocked.Decrement(ref _now);
            return await base.ReadCoreAsync(key, offset, destination, cancellationToken);
        }
    }
}
