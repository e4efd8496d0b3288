using NUnit.Framework;
using Versioning.Compression;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Store;

namespace Versioning.Tests.Mirroring;

/// <summary>A store that goes through all that can happen to one, step by step.</summary>
internal sealed class Histories(ObjectStore objects, TempFolder folder, int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<(string Artifact, List<PackId> Packs)> _dying = [];
    private int _step;

    internal async Task StepAsync()
    {
        _step++;
        switch (_step == 1 ? 0 : _random.Next(8))
        {
            case 0 or 1 or 2:
                await CommitAsync($"datasets/{(char)('a' + _random.Next(3))}", 30_000);
                break;
            case 3:
                string artifact = await AnyAsync();
                await OnStoreAsync(async store => await store.TagAsync(artifact, $"t{_step}"));
                break;
            case 4:
                string moved = await AnyAsync();
                await OnStoreAsync(async store => await store.MoveAliasAsync(moved, "a", "1"));
                break;
            case 5:
                List<ObjectKey> before = await objects.KeysAsync(StoreKeys.Packs);
                string dying = $"dying/{_step}";
                await CommitAsync(dying, 50_000);
                _dying.Add((dying, [.. (await objects.KeysAsync(StoreKeys.Packs)).Except(before).Select(Parse)]));
                break;
            case 6:
                await RetireAsync();
                break;
            default:
                await UploadOrphanAsync();
                break;
        }
    }

    /// <summary>Moves every pack into one object.</summary>
    internal async Task MergeAsync()
    {
        _dying.Clear();
        await Collector.MergeAllAsync(objects);
    }

    /// <summary>Retires a version that shares nothing with others, and collects what it had.</summary>
    internal async Task RetireAsync()
    {
        if (_dying.Count == 0)
        {
            return;
        }

        (string artifact, List<PackId> packs) = _dying[0];
        _dying.RemoveAt(0);
        using var journal = new JournalLog(objects, TimeProvider.System);
        await journal.AppendAsync("c", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new RetireOperation(artifact, 1), new CondemnOperation(packs)]), default);
        foreach (PackId pack in packs)
        {
            await objects.DeleteAsync(StoreKeys.Pack(pack));
        }
    }

    internal async Task CommitAsync(string artifact, int length, CommitOptions? options = null)
    {
        string source = Directory.CreateDirectory(folder.Of($"source-{seed}-{artifact.Replace('/', '-')}")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(source, "large"), SampleData.Make(300_000 + _random.Next(100), 3, seed));
        byte[] own = new byte[length];
        _random.NextBytes(own);
        await File.WriteAllBytesAsync(Path.Combine(source, $"f{_random.Next(4)}"), own);
        await OnStoreAsync(async store => await store.CommitAsync(artifact, source, options ?? new CommitOptions { RecordCode = false }));
    }

    internal async Task UploadOrphanAsync()
    {
        var builder = new PackBuilder(64 * 1024);
        byte[] bytes = new byte[100];
        _random.NextBytes(bytes);
        builder.Add(Digest.Of(bytes), bytes.Length, ChunkEncoding.Raw, bytes);
        await objects.CreateAsync(StoreKeys.Pack(builder.Id), builder.Seal());
    }

    /// <summary>Appends so many entries, with their checkpoints.</summary>
    internal Task AppendAsync(int entries) => OnStoreAsync(async store =>
    {
        for (int i = 0; i < entries; i++)
        {
            await store.MoveAliasAsync("datasets/a", $"a{i % 2}", $"{1 + (i / 2 % 2)}");
        }
    });

    internal async Task OnStoreAsync(Func<VersionStore, Task> command)
    {
        await using VersionStore store = await VersionStore.CreateAsync(objects, folder.Options);
        await command(store);
    }

    private async Task<string> AnyAsync()
    {
        await using VersionStore store = await VersionStore.OpenAsync(objects, folder.Options);
        return (await store.ListArtifactsAsync().FirstAsync()).Name;
    }

    private static PackId Parse(ObjectKey key) => StoreKeys.TryParsePack(key, out PackId id) ? id : throw new InvalidOperationException($"{key} is no pack.");
}

internal static class Replicas
{
    internal static async Task<MirrorResult> MirrorAsync(ObjectStore from, ObjectStore to, VersionStoreOptions options, CancellationToken cancellationToken = default)
    {
        await using VersionStore store = await VersionStore.OpenAsync(from, options, cancellationToken);
        return await store.MirrorAsync(to, cancellationToken: cancellationToken);
    }

    /// <summary>Every object of both is the same, and the replica is sound.</summary>
    internal static async Task AssertEqualAsync(ObjectStore source, ObjectStore replica, VersionStoreOptions options, string when)
    {
        await AssertUntouchedAsync(replica, await DescribeAsync(source), when);
        await using VersionStore store = await VersionStore.OpenAsync(replica, options);
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty, when);
    }

    internal static async Task AssertUntouchedAsync(ObjectStore objects, string before, string when = "") =>
        Assert.That(await DescribeAsync(objects), Is.EqualTo(before), when);

    /// <summary>Every object with the digest of its bytes.</summary>
    internal static async Task<string> DescribeAsync(ObjectStore objects)
    {
        var lines = new List<string>();
        foreach (ObjectKey key in await objects.KeysAsync())
        {
            lines.Add($"{key} {Digest.Of(await objects.BytesAsync(key))}");
        }

        return string.Join('\n', lines);
    }
}
