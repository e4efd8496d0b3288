using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Storage;

[TestFixture]
internal sealed class ResolveRangeTests
{
    [TestCase(10, 4, 3, 4, 3)]
    [TestCase(10, 4, 100, 4, 6)]
    [TestCase(10, 10, 1, 10, 0)]
    [TestCase(10, long.MaxValue, int.MaxValue, 10, 0)]
    [TestCase(10, -4, 2, 6, 2)]
    [TestCase(10, -4, 100, 6, 4)]
    [TestCase(10, long.MinValue, 3, 0, 3)]
    [TestCase(0, -1, 3, 0, 0)]
    [TestCase(long.MaxValue, -3, int.MaxValue, long.MaxValue - 3, 3)]
    [TestCase(long.MaxValue, 0, int.MaxValue, 0, int.MaxValue)]
    public void ResolveRange_OffsetAndRoom_StayWithinTheObject(long length, long offset, int room, long start, int count) =>
        Assert.That(ObjectStore.ResolveRange(length, offset, room), Is.EqualTo((start, count)));

    [TestCase(-1, 1)]
    [TestCase(1, -1)]
    public void ResolveRange_LengthsThatAreNone_AreRefused(long length, int room) =>
        Assert.That(() => ObjectStore.ResolveRange(length, 0, room), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
