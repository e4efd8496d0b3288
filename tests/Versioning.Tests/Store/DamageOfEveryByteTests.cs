using NUnit.Framework;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Tests.Compression;

namespace Versioning.Tests.Store;

/// <summary>One bit flipped at every place of every kind of object, every kind of truncation, removal.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class DamageOfEveryByteTests
{
    [Test]
    public async Task Pack_AnyByteFlippedOrCutOff_IsFoundWithWhatItHits_AndNeverReadWrong()
    {
        await using var store = new DamagedStore();
        byte[] large = SampleData.Make(150_000, 3, 2), weights = SampleData.Make(30_000, 1, 3);
        await store.CommitAsync(("a.txt", SampleData.Make(500, 0, 1)), ("large", large), ("weights", weights));
        await store.CommitAsync(("a.txt", SampleData.Make(500, 0, 4)), ("large", large), ("weights", weights));
        foreach (ObjectKey key in await store.Objects.KeysAsync(StoreKeys.Packs))
        {
            byte[] good = await store.Objects.BytesAsync(key);
            foreach (int at in Places(good, every: 1500, step: 997))
            {
                byte[] bad = [.. good];
                bad[at] ^= (byte)(1 << (at % 8));
                await store.WithAsync(key, bad, opened => store.CheckPackAsync(opened, key, $"{key} flipped at {at} of {good.Length}"));
            }

            foreach (int length in Places(good, every: 200, step: 5003))
            {
                await store.WithAsync(key, good[..length], opened => store.CheckPackAsync(opened, key, $"{key} cut to {length} of {good.Length}"));
            }

            await store.WithAsync(key, null, opened => store.CheckPackAsync(opened, key, $"{key} removed"));
            await store.WithAsync(key, [.. good, 0], opened => store.CheckPackAsync(opened, key, $"{key} longer"));
        }
    }

    [Test]
    public async Task DataPackAndNodePack_DamagedAnywhere_FetchIsExactOrRefused()
    {
        await using var store = new DamagedStore();
        await store.CommitAsync(("noise", SampleData.Make(4_500_000, 3, 2)), ("text", SampleData.Make(3_000, 0, 1)), ("two", SampleData.Make(300_000, 3, 5)));
        ObjectKey[] packs = [.. await store.Objects.KeysAsync(StoreKeys.Packs)];
        Assert.That(packs, Has.Length.EqualTo(2), "Nodes lie apart in a larger commit.");
        foreach (ObjectKey key in packs)
        {
            byte[] good = await store.Objects.BytesAsync(key);
            int[] places = [.. Enumerable.Range(0, 12).Select(i => (int)((long)i * (good.Length - 1) / 11))];
            foreach (byte[]? bad in places.Select(at => Flipped(good, at)).Concat(places.Select(at => good[..at])).Append(null))
            {
                await store.WithAsync(key, bad, async opened =>
                {
                    await store.CheckPackAsync(opened, key, $"{key}");
                    await store.IsFetchableAsync(opened, 1);
                });
            }
        }
    }

    [Test]
    public async Task Checkpoint_AnyByteFlippedOrCutOff_IsFoundAndHarmless()
    {
        await using var store = new DamagedStore();
        await store.CommitAsync(("a", [1]));
        await store.CommitAsync(("a", [2]));
        await AppendUpTo256Async(store);
        ObjectKey key = (await store.Objects.KeysAsync(StoreKeys.Checkpoints)).Single();
        byte[] good = await store.Objects.BytesAsync(key);
        IEnumerable<byte[]> flips = Enumerable.Range(0, good.Length).Where(at => at % 5 == 0).Select(at => Flipped(good, at));
        foreach (byte[] bad in flips.Concat(Enumerable.Range(0, 8).Select(i => good[..(i * (good.Length - 1) / 7)])))
        {
            await store.WithAsync(key, bad, async opened =>
            {
                VerifyReport report = await opened.VerifyAsync();
                Assert.That(report.Damages.Select(d => d.Object), Is.EqualTo([key.Value]));
                Assert.That(await store.IsFetchableAsync(opened, 2), Is.True);
            });
        }

        // It is derived: without it the entries say the same.
        await store.WithAsync(key, null, async opened =>
        {
            Assert.That((await opened.VerifyAsync()).Damages, Is.Empty);
            Assert.That(await store.IsFetchableAsync(opened, 2), Is.True);
        });
    }

    [Test]
    public async Task FormatAndEntries_AnyByteFlippedOrCutOff_AreRefusedByName()
    {
        await using var store = new DamagedStore();
        await store.CommitAsync(("a", [1]));
        await store.CommitAsync(("a", [2]));
        foreach ((ObjectKey key, string name) in new[] { (StoreKeys.Format, "format object"), (StoreKeys.Entry(1), "entry 1"), (StoreKeys.Entry(2), "entry 2") })
        {
            byte[] good = await store.Objects.BytesAsync(key);
            IEnumerable<byte[]> bad = Enumerable.Range(0, good.Length).Select(at => Flipped(good, at))
                .Concat(Enumerable.Range(0, good.Length).Select(length => good[..length])).Append([.. good, 0]);
            foreach (byte[] bytes in bad)
            {
                Assert.That(await FindAsync(store, key, bytes), Does.Contain(name).Or.Contain(key.Value));
                await store.Objects.ReplaceAsync(key, good);
            }
        }
    }

    /// <summary>What can't be opened or folded is told by an exception, all else by a report.</summary>
    private static async Task<string> FindAsync(DamagedStore store, ObjectKey key, byte[] bytes)
    {
        try
        {
            string found = "";
            await store.WithAsync(key, bytes, async opened => found = string.Join('\n', (await opened.VerifyAsync()).Damages));
            return found;
        }
        catch (IntegrityException e)
        {
            return e.Message;
        }
    }

    private static byte[] Flipped(byte[] good, int at)
    {
        byte[] bad = [.. good];
        bad[at] ^= (byte)(1 << (at % 8));
        return bad;
    }

    /// <summary>Every place of the last bytes, where nodes, summaries, footer and trailer lie, and a sample of those before.</summary>
    private static IEnumerable<int> Places(byte[] good, int every, int step)
    {
        int last = Math.Max(0, good.Length - every);
        for (int at = 0; at < good.Length; at += at < last ? Math.Min(step, last - at) : 1)
        {
            yield return at;
        }
    }

    private static async Task AppendUpTo256Async(DamagedStore store)
    {
        await using VersionStore opened = await VersionStore.OpenAsync(new PassingStore(store.Objects), store.Folder.Options);
        for (int entry = 3; entry <= 256; entry++)
        {
            await opened.MoveAliasAsync("datasets/x", "a", $"{(entry % 2) + 1}");
        }
    }
}
