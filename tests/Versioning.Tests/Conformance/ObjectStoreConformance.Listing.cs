using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Conformance;

public abstract partial class ObjectStoreConformance
{
    // In byte order: '-' and '.' come before the separator, digits and letters after it, capitals before small letters.
    // No two differ in case only, so that disks that ignore it can be tested too.
    private static readonly string[] Tricky =
    [
        "C/z", "D", "a-", "a-b", "a-b.c/x", "a.b", "a.b.c", "a/-", "a/.x", "a/E", "a/b-c/d", "a/b.c", "a/b/c/d", "a/b/c0", "a/b0", "a/c", "a0", "a_", "aa/b", "ab", "b/a",
    ];

    [Test]
    public async Task List_Everything_IsInByteOrder()
    {
        string[] keys = await CreateTrickyAsync();

        Assert.That(await KeysAsync(""), Is.EqualTo(keys));
    }

    [TestCase("a")]
    [TestCase("a-")]
    [TestCase("a-b")]
    [TestCase("a.")]
    [TestCase("a.b")]
    [TestCase("a/")]
    [TestCase("a/b")]
    [TestCase("a/b/")]
    [TestCase("a/b/c")]
    [TestCase("a/b/c/")]
    [TestCase("a/b/c/d")]
    [TestCase("a/b/c/d/")]
    [TestCase("a/b/c/de")]
    [TestCase("aa/")]
    [TestCase("D")]
    [TestCase("b")]
    [TestCase("z")]
    [TestCase("/")]
    [TestCase("/a")]
    [TestCase("a//")]
    [TestCase("a//b")]
    [TestCase(".")]
    [TestCase("./")]
    [TestCase("..")]
    [TestCase("../")]
    [TestCase("a/../")]
    [TestCase("a/./b")]
    [TestCase("a b")]
    [TestCase("ä")]
    [TestCase("a\\")]
    [TestCase("*")]
    public async Task List_Prefix_GivesExactlyTheKeysThatBeginWithIt(string prefix)
    {
        string[] keys = await CreateTrickyAsync();

        Assert.That(await KeysAsync(prefix), Is.EqualTo(keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal))));
    }

    [Test]
    public async Task List_EmptyStore_GivesNothing()
    {
        Assert.That(await KeysAsync(""), Is.Empty);
        Assert.That(await KeysAsync("packs/"), Is.Empty);
    }

    [Test]
    public async Task List_Lengths_AreThoseOfTheObjects()
    {
        foreach (int length in new[] { 0, 1, 5000 })
        {
            await _store.CreateAsync(new($"a/{length}"), new byte[length]);
        }

        Assert.That((await ListAsync("a/")).Select(o => o.Length), Is.EqualTo(new long[] { 0, 1, 5000 }));
    }

    [Test]
    public async Task List_MoreThanTwoPages_GivesEveryKeyOnce()
    {
        // A thousand is the usual page of an object store.
        string[] keys = [.. Enumerable.Range(0, 2500).Select(i => $"journal/{i / 256:d12}/{i:d20}")];
        await Parallel.ForEachAsync(keys, async (key, cancellationToken) => await _store.CreateAsync(new(key), new byte[] { 1 }, cancellationToken));

        Assert.That(await KeysAsync("journal/"), Is.EqualTo(keys));
        Assert.That(await KeysAsync("journal/000000000003/"), Is.EqualTo(keys[768..1024]));
    }

    [Test]
    public async Task List_TwiceFromOneEnumerable_SeesWhatWasCreatedBetween()
    {
        IAsyncEnumerable<ObjectInfo> list = _store.ListAsync("");
        Assert.That(await list.CountAsync(), Is.Zero);
        await _store.CreateAsync(new("k"), new byte[] { 1 });

        Assert.That(await list.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task List_CancelledWithinTheLoop_Stops()
    {
        await CreateTrickyAsync();
        using CancellationTokenSource source = new();

        Assert.That(
            async () =>
            {
                await foreach (ObjectInfo _ in _store.ListAsync("", source.Token))
                {
                    await source.CancelAsync();
                }
            },
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task List_DeletedWithinTheLoop_GoesOn()
    {
        string[] keys = await CreateTrickyAsync();

        List<string> seen = [];
        await foreach (ObjectInfo info in _store.ListAsync(""))
        {
            seen.Add(info.Key.Value);
            await _store.DeleteAsync(info.Key);
        }

        Assert.That(seen, Is.EqualTo(keys));
        Assert.That(await KeysAsync(""), Is.Empty);
    }

    private async Task<string[]> CreateTrickyAsync()
    {
        string[] keys = Tricky;
        foreach (string key in keys.Reverse())
        {
            await _store.CreateAsync(new(key), new byte[] { 1 });
        }

        return keys;
    }
}
