using System.Security.Cryptography;
using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Conformance;

/// <summary>What every store that can be read must do, and all that one does which can't be changed.</summary>
public abstract class ReadingConformance
{
    private protected ObjectStore _store = null!;

    /// <summary>An empty store.</summary>
    protected abstract ObjectStore Create();

    /// <summary>Puts an object where the store finds it.</summary>
    protected virtual async Task PutAsync(string key, ReadOnlyMemory<byte> content) => await _store.CreateAsync(new(key), content);

    [SetUp]
    public void OpenStore() => _store = Create();

    [TearDown]
    public async Task CloseStore() => await _store.DisposeAsync();

    [Test]
    public void Location_Store_IsNamed() => Assert.That(_store.Location, Is.Not.Empty);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(4096)]
    [TestCase((1024 * 1024) + 1)]
    [TestCase(5 * 1024 * 1024)]
    public async Task Read_WholeObject_IsExact(int length)
    {
        byte[] content = Bytes(length);
        await PutAsync("packs/ab/one", content);

        Assert.That(await _store.StatAsync(new("packs/ab/one")), Is.EqualTo(length));
        byte[] read = new byte[length + 1];
        Assert.That(await _store.ReadAsync(new("packs/ab/one"), 0, read), Is.EqualTo(new ObjectRead(length, length)));
        Assert.That(read.AsSpan(0, length).SequenceEqual(content), Is.True);
    }

    [TestCase("x")]
    [TestCase(".hidden")]
    [TestCase("...")]
    [TestCase("a/.../b")]
    [TestCase("_-.")]
    [TestCase("-rf")]
    [TestCase("0/1/2/3/4/5/6/7/8/9")]
    [TestCase("trailing.d/ends-with-dash-")]
    public async Task Read_OddKey_IsFound(string key)
    {
        await PutAsync(key, new byte[] { 7 });

        byte[] read = new byte[2];
        Assert.That(await _store.ReadAsync(new(key), 0, read), Is.EqualTo(new ObjectRead(1, 1)));
        Assert.That(read, Is.EqualTo(new byte[] { 7, 0 }));
    }

    [Test]
    public async Task Read_AbsentObject_SaysSo()
    {
        await PutAsync("there/is", new byte[] { 1 });
        foreach (string key in new[] { "none", "no/such/folder", "there/is-not", "there/is/not" })
        {
            Assert.That(await _store.ReadAsync(new(key), 0, new byte[4]), Is.Null);
            Assert.That(await _store.ReadAsync(new(key), -4, new byte[4]), Is.Null);
            Assert.That(await _store.ReadAsync(new(key), -400, new byte[4]), Is.Null);
            Assert.That(await _store.ReadAsync(new(key), 0, Memory<byte>.Empty), Is.Null);
            Assert.That(await _store.StatAsync(new(key)), Is.Null);
        }
    }

    [Test]
    public async Task Read_Cancelled_Throws()
    {
        await PutAsync("k", new byte[] { 1 });
        CancellationToken cancelled = new(canceled: true);

        Assert.That(async () => await _store.ReadAsync(new("k"), 0, new byte[1], cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await _store.StatAsync(new("k"), cancelled), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(0, 10, 0, 10)]
    [TestCase(0, 3, 0, 3)]
    [TestCase(0, 100, 0, 10)]
    [TestCase(4, 3, 4, 3)]
    [TestCase(4, 6, 4, 6)]
    [TestCase(4, 100, 4, 6)]
    [TestCase(9, 100, 9, 1)]
    [TestCase(10, 100, 10, 0)]
    [TestCase(11, 100, 10, 0)]
    [TestCase(long.MaxValue, 100, 10, 0)]
    [TestCase(-1, 100, 9, 1)]
    [TestCase(-4, 4, 6, 4)]
    [TestCase(-4, 2, 6, 2)]
    [TestCase(-4, 100, 6, 4)]
    [TestCase(-10, 100, 0, 10)]
    [TestCase(-11, 100, 0, 10)]
    [TestCase(-11, 5, 0, 5)]
    [TestCase(long.MinValue, 100, 0, 10)]
    [TestCase(0, 0, 0, 0)]
    [TestCase(5, 0, 0, 0)]
    [TestCase(-5, 0, 0, 0)]
    [TestCase(50, 0, 0, 0)]
    public async Task Read_Range_IsExactAndTouchesNothingElse(long offset, int room, int start, int count)
    {
        byte[] content = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19];
        await PutAsync("k", content);
        byte[] destination = new byte[room];

        ObjectRead? read = await _store.ReadAsync(new("k"), offset, destination);

        Assert.That(read, Is.EqualTo(new ObjectRead(10, count)));
        byte[] expected = new byte[room];
        content.AsSpan(start, count).CopyTo(expected);
        Assert.That(destination, Is.EqualTo(expected));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(-1)]
    [TestCase(long.MinValue)]
    public async Task Read_EmptyObject_GivesNothing(long offset)
    {
        await PutAsync("k", ReadOnlyMemory<byte>.Empty);

        Assert.That(await _store.ReadAsync(new("k"), offset, new byte[4]), Is.EqualTo(new ObjectRead(0, 0)));
        Assert.That(await _store.ReadAsync(new("k"), offset, Memory<byte>.Empty), Is.EqualTo(new ObjectRead(0, 0)));
    }

    [Test]
    public async Task Read_ManyAtOnce_EachGetsItsOwnRange()
    {
        byte[] content = Bytes(3 * 1024 * 1024);
        await PutAsync("k", content);

        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancellationToken) =>
        {
            int offset = i * 7919 * 31 % content.Length;
            byte[] destination = new byte[Math.Min(100_000, content.Length - offset)];
            ObjectRead? read = await _store.ReadAsync(new("k"), offset, destination, cancellationToken);
            Assert.That(read, Is.EqualTo(new ObjectRead(content.Length, destination.Length)));
            Assert.That(destination.AsSpan().SequenceEqual(content.AsSpan(offset, destination.Length)), Is.True);
        });
    }

    private protected static byte[] Bytes(int length) => RandomNumberGenerator.GetBytes(length);
}
