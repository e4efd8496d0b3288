using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Conformance;

/// <summary>What every store must do. A backend's test is a subclass with a factory; every decorator has one too.</summary>
public abstract partial class ObjectStoreConformance : ReadingConformance
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(4096)]
    [TestCase((1024 * 1024) + 1)]
    [TestCase(40 * 1024 * 1024)]
    public async Task Create_NewKey_IsReadBack(int length)
    {
        ObjectKey key = new("packs/ab/one");
        byte[] content = Bytes(length);

        Assert.That(await _store.CreateAsync(key, content), Is.True);

        Assert.That(await _store.StatAsync(key), Is.EqualTo(length));
        byte[] read = new byte[length + 1];
        Assert.That(await _store.ReadAsync(key, 0, read), Is.EqualTo(new ObjectRead(length, length)));
        Assert.That(read.AsSpan(0, length).SequenceEqual(content), Is.True);
        Assert.That(await ListAsync(""), Is.EqualTo(new[] { new ObjectInfo(key, length) }));
    }

    [Test]
    public async Task Create_BufferChangedAfterwards_ObjectKeepsItsContent()
    {
        byte[] content = [1, 2, 3];
        await _store.CreateAsync(new("k"), content);
        content[0] = 9;

        Assert.That(await ReadAllAsync("k"), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Create_SliceOfBuffer_OnlySliceIsWritten()
    {
        await _store.CreateAsync(new("k"), new byte[] { 1, 2, 3, 4 }.AsMemory(1, 2));

        Assert.That(await ReadAllAsync("k"), Is.EqualTo(new byte[] { 2, 3 }));
    }

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(3 * 1024 * 1024)]
    public async Task Create_ExistingKey_LeavesObjectUntouched(int secondLength)
    {
        await _store.CreateAsync(new("a/k"), new byte[] { 1, 2, 3 });

        Assert.That(await _store.CreateAsync(new("a/k"), Bytes(secondLength)), Is.False);
        Assert.That(await ReadAllAsync("a/k"), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Create_ExistingEmptyObject_LeavesItEmpty()
    {
        await _store.CreateAsync(new("k"), ReadOnlyMemory<byte>.Empty);

        Assert.That(await _store.CreateAsync(new("k"), new byte[] { 1 }), Is.False);
        Assert.That(await _store.StatAsync(new("k")), Is.Zero);
    }

    [Test]
    public async Task Create_AfterDelete_IsCreatedAgain()
    {
        await _store.CreateAsync(new("k"), new byte[] { 1 });
        await _store.DeleteAsync(new("k"));

        Assert.That(await _store.CreateAsync(new("k"), new byte[] { 2, 2 }), Is.True);
        Assert.That(await ReadAllAsync("k"), Is.EqualTo(new byte[] { 2, 2 }));
    }

    [TestCase("x")]
    [TestCase(".hidden")]
    [TestCase("...")]
    [TestCase("a/.../b")]
    [TestCase("_-.")]
    [TestCase("-rf")]
    [TestCase("0/1/2/3/4/5/6/7/8/9")]
    [TestCase("trailing.d/ends-with-dash-")]
    public async Task Create_OddKey_IsListedAndDeleted(string text)
    {
        ObjectKey key = new(text);
        Assert.That(await _store.CreateAsync(key, new byte[] { 7 }), Is.True);
        Assert.That(await ReadAllAsync(text), Is.EqualTo(new byte[] { 7 }));
        Assert.That(await KeysAsync(""), Is.EqualTo(new[] { text }));
        Assert.That(await KeysAsync(text), Is.EqualTo(new[] { text }));
        Assert.That(await _store.DeleteAsync(key), Is.True);
        Assert.That(await KeysAsync(""), Is.Empty);
    }

    [Test]
    public async Task Create_LongestKey_IsListed()
    {
        string text = string.Join('/', Enumerable.Repeat(new string('k', 101), 5)) + "/xx";
        Assert.That(text, Has.Length.EqualTo(512));
        await _store.CreateAsync(new(text), new byte[] { 1 });

        Assert.That(await KeysAsync(text[..300]), Is.EqualTo(new[] { text }));
    }

    [Test]
    public void Create_DefaultKey_Throws() =>
        Assert.That(async () => await _store.CreateAsync(default, new byte[] { 1 }), Throws.ArgumentException);

    [Test]
    public async Task Absent_EveryOperation_SaysSo()
    {
        await _store.CreateAsync(new("there/is"), new byte[] { 1 });
        foreach (ObjectKey key in new ObjectKey[] { new("none"), new("no/such/folder"), new("there/is-not"), new("there/is/not") })
        {
            Assert.That(await _store.ReadAsync(key, 0, new byte[4]), Is.Null);
            Assert.That(await _store.ReadAsync(key, -4, new byte[4]), Is.Null);
            Assert.That(await _store.ReadAsync(key, 0, Memory<byte>.Empty), Is.Null);
            Assert.That(await _store.StatAsync(key), Is.Null);
            Assert.That(await _store.DeleteAsync(key), Is.False);
        }
    }

    [Test]
    public async Task Delete_Twice_OnlyTheFirstFindsIt()
    {
        await _store.CreateAsync(new("a/k"), new byte[] { 1 });
        await _store.CreateAsync(new("a/l"), new byte[] { 1 });

        Assert.That(await _store.DeleteAsync(new("a/k")), Is.True);
        Assert.That(await _store.DeleteAsync(new("a/k")), Is.False);
        Assert.That(await _store.StatAsync(new("a/k")), Is.Null);
        Assert.That(await KeysAsync(""), Is.EqualTo(new[] { "a/l" }));
    }

    [Test]
    public async Task Cancelled_EveryOperation_ThrowsAndDoesNothing()
    {
        await _store.CreateAsync(new("k"), new byte[] { 1 });
        CancellationToken cancelled = new(canceled: true);

        Assert.That(async () => await _store.CreateAsync(new("new"), new byte[] { 1 }, cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await _store.ReadAsync(new("k"), 0, new byte[1], cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await _store.StatAsync(new("k"), cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await _store.DeleteAsync(new("k"), cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await _store.ListAsync("", cancelled).ToListAsync(CancellationToken.None), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await _store.ListAsync("").ToListAsync(cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await KeysAsync(""), Is.EqualTo(new[] { "k" }));
    }

    private async Task<byte[]> ReadAllAsync(string key)
    {
        byte[] content = new byte[(await _store.StatAsync(new(key)))!.Value];
        Assert.That((await _store.ReadAsync(new(key), 0, content))!.Value.Count, Is.EqualTo(content.Length));
        return content;
    }

    private async Task<ObjectInfo[]> ListAsync(string prefix) => [.. await _store.ListAsync(prefix).ToListAsync()];

    private async Task<string[]> KeysAsync(string prefix) => [.. (await ListAsync(prefix)).Select(o => o.Key.Value)];
}
