using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Store;

namespace Versioning.Tests.Fetching;

/// <summary>A collector moves or removes packs at every moment of a read: the reader folds again and finds the bytes, or says that the version was retired.</summary>
[TestFixture]
internal sealed class StaleReaderTests : StoreFixture
{
    private const string Artifact = "datasets/x";

    private int _targets;
    private readonly Dictionary<string, byte[]> _files = new()
    {
        ["a.txt"] = SampleData.Make(5_000, 0, 1),
        ["b/large.bin"] = SampleData.Make(900_000, 3, 2),
        ["c/weights"] = SampleData.Make(300_000, 1, 3),
    };

    [SetUp]
    public async Task SetUp()
    {
        await using VersionStore store = await VersionStore.CreateAsync(_objects, _folder.Options);
        foreach ((string path, byte[] content) in _files)
        {
            _folder.Write($"s/{path}", content);
        }

        await store.CommitAsync(Artifact, _folder.Of("s"));
    }

    public enum Way
    {
        Fetch,
        Stream,
        Open,
        List,
        Verify,
        VerifyOne,
    }

    [Test]
    public async Task Read_PacksMergedAtAnyMoment_IsRight([Values] Way way)
    {
        int moments = await CountAsync(way);
        Assert.That(moments, Is.GreaterThan(2));
        for (int moment = 0; moment < moments; moment++)
        {
            MemoryStore copy = await _objects.CopyAsync();
            await using VersionStore store = await OpenAsync(copy, moment, () => Collector.MergeAllAsync(copy));
            await ReadAsync(store, way, $"moment {moment}");
        }
    }

    [Test]
    public async Task Read_MergedTwiceDuringOneRead_IsRight([Values] Way way)
    {
        int moments = await CountAsync(way);
        for (int moment = 0; moment < moments; moment++)
        {
            MemoryStore copy = await _objects.CopyAsync();
            int merges = 0;
            var disturbed = new DisturbedStore(copy, key => IsPack(key) && merges++ >= moment && merges <= moment + 3 ? Collector.MergeAllAsync(copy) : Task.CompletedTask);
            await using VersionStore store = await VersionStore.OpenAsync(disturbed, _folder.Options);
            await ReadAsync(store, way, $"moment {moment}");
        }
    }

    [Test]
    public async Task Read_VersionRetiredAtAnyMoment_IsRightOrSaysSo([Values] Way way)
    {
        int moments = await CountAsync(way);
        int told = 0;
        for (int moment = 0; moment < moments; moment++)
        {
            MemoryStore copy = await _objects.CopyAsync();
            await using VersionStore store = await OpenAsync(copy, moment, () => Collector.RetireAsync(copy, Artifact, 1));
            try
            {
                await ReadAsync(store, way, $"moment {moment}");
            }
            catch (NotFoundException e)
            {
                Assert.That(e.Code, Is.EqualTo("version_retired"));
                told++;
            }
        }

        Assert.That(told, way == Way.Verify ? Is.Zero : Is.Positive);
    }

    [Test]
    public async Task Read_PacksMissingAndNothingMoved_IsDamage([Values] Way way)
    {
        foreach (ObjectKey pack in await _objects.KeysAsync(StoreKeys.Packs))
        {
            MemoryStore copy = await _objects.CopyAsync();
            await using VersionStore store = await OpenAsync(copy, 0, async () => await copy.DeleteAsync(pack));
            if (way is Way.Verify or Way.VerifyOne)
            {
                VerifyReport report = await store.VerifyAsync(new VerifyOptions { Reference = way == Way.VerifyOne ? new ArtifactReference($"{Artifact}@1") : (ArtifactReference?)null });
                Assert.That(report.Damages.Select(d => d.Object), Is.EqualTo([pack.Value]));
            }
            else
            {
                Assert.That(async () => await ReadAsync(store, way, pack.Value), Throws.InstanceOf<IntegrityException>());
            }
        }
    }

    private static bool IsPack(ObjectKey key) => key.Value.StartsWith(StoreKeys.Packs, StringComparison.Ordinal);

    private async Task<int> CountAsync(Way way)
    {
        int reads = 0;
        var counted = new DisturbedStore(await _objects.CopyAsync(), key =>
        {
            reads += IsPack(key) ? 1 : 0;
            return Task.CompletedTask;
        });
        await using VersionStore store = await VersionStore.OpenAsync(counted, _folder.Options);
        await ReadAsync(store, way, "undisturbed");
        return reads;
    }

    private Task<VersionStore> OpenAsync(ObjectStore objects, int moment, Func<Task> disturb)
    {
        int reads = 0;
        return VersionStore.OpenAsync(new DisturbedStore(objects, key => IsPack(key) && reads++ == moment ? disturb() : Task.CompletedTask), _folder.Options);
    }

    private async Task ReadAsync(VersionStore store, Way way, string when)
    {
        switch (way)
        {
            case Way.Fetch:
                string target = _folder.Of($"t{_targets++}");
                await store.FetchAsync($"{Artifact}@1", target);
                foreach ((string path, byte[] content) in _files)
                {
                    Assert.That((await File.ReadAllBytesAsync(Path.Combine(target, path))).AsSpan().SequenceEqual(content), Is.True, when);
                }

                break;
            case Way.Stream:
                Dictionary<string, FileContent> all = await store.ReadFilesAsync($"{Artifact}@1").ToDictionaryAsync(f => f.Path);
                Assert.That(all.Keys, Is.EquivalentTo(_files.Keys), when);
                Assert.That(_files.All(f => all[f.Key].Content.Span.SequenceEqual(f.Value)), Is.True, when);
                break;
            case Way.Open:
                foreach ((string path, byte[] content) in _files)
                {
                    byte[] read = new byte[content.Length];
                    await using Stream stream = await store.OpenReadAsync($"{Artifact}@1", path);
                    await stream.ReadExactlyAsync(read);
                    Assert.That(read.AsSpan().SequenceEqual(content), Is.True, when);
                }

                break;
            case Way.List:
                Assert.That((await store.ListFilesAsync($"{Artifact}@1").ToListAsync()).Select(f => f.Path), Is.EquivalentTo(_files.Keys), when);
                goto case Way.Open;
            default:
                VerifyReport report = await store.VerifyAsync(new VerifyOptions { Reference = way == Way.VerifyOne ? new ArtifactReference($"{Artifact}@1") : (ArtifactReference?)null });
                Assert.That(report.Damages.Select(d => $"{d.Object} {d.Problem}"), Is.Empty, when);
                break;
        }
    }

    private sealed class DisturbedStore(ObjectStore inner, Func<ObjectKey, Task> before) : PassingStore(inner)
    {
        private readonly SemaphoreSlim _one = new(1, 1);

        protected override async ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            await _one.WaitAsync(cancellationToken);
            try
            {
                await before(key);
            }
            finally
            {
                _one.Release();
            }

            return await base.ReadCoreAsync(key, offset, destination, cancellationToken);
        }
    }
}
