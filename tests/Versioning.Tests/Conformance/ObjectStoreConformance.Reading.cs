using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Conformance;

public abstract partial class ObjectStoreConformance
{
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
        await _store.CreateAsync(new("k"), content);
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
        await _store.CreateAsync(new("k"), ReadOnlyMemory<byte>.Empty);

        Assert.That(await _store.ReadAsync(new("k"), offset, new byte[4]), Is.EqualTo(new ObjectRead(0, 0)));
        Assert.That(await _store.ReadAsync(new("k"), offset, Memory<byte>.Empty), Is.EqualTo(new ObjectRead(0, 0)));
    }

    [Test]
    public async Task Read_ManyAtOnce_EachGetsItsOwnRange()
    {
        byte[] content = Bytes(3 * 1024 * 1024);
        await _store.CreateAsync(new("k"), content);

        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancellationToken) =>
        {
            int offset = i * 7919 * 31 % content.Length;
            byte[] destination = new byte[Math.Min(100_000, content.Length - offset)];
            ObjectRead? read = await _store.ReadAsync(new("k"), offset, destination, cancellationToken);
            Assert.That(read, Is.EqualTo(new ObjectRead(content.Length, destination.Length)));
            Assert.That(destination.AsSpan().SequenceEqual(content.AsSpan(offset, destination.Length)), Is.True);
        });
    }
}
