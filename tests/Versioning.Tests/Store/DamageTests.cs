using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;

namespace Versioning.Tests.Store;

/// <summary>Every object of a small store, damaged in every way: found, named, and never read as something else.</summary>
[TestFixture]
internal sealed class DamageTests : StoreFixture
{
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
            _folder.Write($"one/{path}", content);
            await store.CommitAsync("datasets/x", _folder.Of("one"));
        }

        await store.TagAsync("datasets/x", "v1.0");
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
    }

    [Test]
    public async Task Verify_EveryPackDamagedInEveryWay_NamesThePackTheVersionAndTheFiles()
    {
        var random = new Random(1);
        foreach (ObjectKey key in await _objects.KeysAsync(StoreKeys.Packs))
        {
            foreach ((string how, byte[]? bad) in Damages(await _objects.BytesAsync(key), random))
            {
                await using VersionStore store = await OpenDamagedAsync(key, bad);
                VerifyReport report = await store.VerifyAsync();
                Assert.That(report.Damages.Select(d => d.Object), Does.Contain(key.Value), $"{key} {how}");
                Damage damage = report.Damages.First(d => d.Object == key.Value);
                Assert.That(damage.Versions, Is.Not.Empty, $"{key} {how}");
                Assert.That(damage.Problem, Is.Not.Empty, $"{key} {how}");
                await AssertNeverWrongAsync(store, damage);
            }
        }
    }

    [Test]
    public async Task Verify_EveryOtherObjectDamaged_IsFound()
    {
        var random = new Random(2);
        var unseen = new List<string>();
        ObjectKey last = (await _objects.KeysAsync(StoreKeys.Journal))[^1];
        foreach (ObjectKey key in (await _objects.KeysAsync()).Where(k => !k.Value.StartsWith(StoreKeys.Packs, StringComparison.Ordinal)))
        {
            foreach ((string how, byte[]? bad) in Damages(await _objects.BytesAsync(key), random))
            {
                if (bad is null && key == last)
                {
                    // That is what a store looks like before its last entry: nothing within it can tell.
                    continue;
                }

                try
                {
                    await using VersionStore store = await OpenDamagedAsync(key, bad);
                    if ((await store.VerifyAsync()).IsSound)
                    {
                        unseen.Add($"{key} {how}");
                    }
                }
                catch (VersioningException)
                {
                    // A store that can't be opened, or not folded, says so.
                }
                catch (Exception e)
                {
                    unseen.Add($"{key} {how}: {e.GetType().Name}");
                }
            }
        }

        Assert.That(unseen, Is.Empty, string.Join(Environment.NewLine, unseen));
    }

    [TestCase(1, TestName = "FormatOfAnEntry")]
    [TestCase(2, TestName = "SequenceOfAnEntry")]
    [TestCase(60, TestName = "MiddleOfAnEntry")]
    public async Task Verify_EntryDamagedUnderAnOpenStore_ReportsItByKey_AndGoesOn(int at)
    {
        await using VersionStore store = await VersionStore.OpenAsync(_objects, _folder.Options);
        await store.ResolveAsync("datasets/x");
        byte[] bytes = await _objects.BytesAsync(StoreKeys.Entry(2));
        bytes[at] ^= 2;
        await _objects.ReplaceAsync(StoreKeys.Entry(2), bytes);
        VerifyReport report = await store.VerifyAsync();
        Assert.That(report.Damages.Select(d => d.Object), Has.Some.EqualTo(StoreKeys.Entry(2).Value).Or.Some.EqualTo(StoreKeys.Entry(3).Value));
        Assert.That(report.Versions, Is.EqualTo(3));
    }

    private static IEnumerable<(string How, byte[]? Bytes)> Damages(byte[] good, Random random)
    {
        yield return ("deleted", null);
        foreach (int length in new[] { 0, 1, good.Length / 2, good.Length - 1 })
        {
            yield return ($"cut to {length} of {good.Length}", good[..length]);
        }

        yield return ("one byte longer", [.. good, 0]);
        foreach (int at in Enumerable.Range(0, 10).Select(_ => random.Next(good.Length)).Append(0).Append(good.Length - 1))
        {
            byte[] flipped = [.. good];
            flipped[at] ^= (byte)(1 << random.Next(8));
            yield return ($"flipped at {at} of {good.Length}", flipped);
        }
    }

    private async Task<VersionStore> OpenDamagedAsync(ObjectKey key, byte[]? bad)
    {
        MemoryStore copy = await _objects.CopyAsync();
        await copy.DeleteAsync(key);
        if (bad is not null)
        {
            await copy.CreateAsync(key, bad);
        }

        return await VersionStore.OpenAsync(copy, _folder.Options);
    }

    private async Task AssertNeverWrongAsync(VersionStore store, Damage damage)
    {
        foreach ((string path, byte[] content) in _files)
        {
            bool named = damage.Files.Contains($"datasets/x@3 {path}");
            try
            {
                byte[] read = new byte[content.Length];
                int count = await store.ReadRangeAsync("datasets/x@3", path, 0, read);
                Assert.That(count == content.Length && read.AsSpan().SequenceEqual(content), Is.True, $"Wrong bytes of {path}.");

                // Without its footer a pack is damaged; who knows where the bytes lie can still read them.
                Assert.That(named && !damage.Problem.Contains("footer", StringComparison.Ordinal), Is.False, $"{path} can be read, but verify names it: {damage.Object} {damage.Problem}");
            }
            catch (IntegrityException)
            {
                Assert.That(damage.Versions, Has.Some.StartsWith("datasets/x@3#"), $"{path} can't be read, but verify does not name the version.");
            }
        }
    }
}
