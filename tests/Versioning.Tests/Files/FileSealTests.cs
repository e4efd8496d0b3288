using CsCheck;
using NUnit.Framework;
using Versioning.Files;

namespace Versioning.Tests.Files;

[TestFixture]
internal sealed class FileSealTests
{
    private const long Second = 1_000_000_000;

    private static readonly Gen<(Digest Sha256, long Now)> Cases = Gen.Select(
        Gen.Byte.Array[1, 8].Select(bytes => Digest.Of(bytes)), Gen.Long[2 * Second, 4_000_000_000 * Second]);

    [Test]
    public void Time_HoldsForItsContent_IsPastAndKeptByFileSystems() => Cases.Sample(c =>
    {
        long time = FileSeal.TimeOf(c.Sha256, c.Now);
        return FileSeal.Holds(c.Sha256, time) && time < c.Now && time > c.Now - (2 * Second) && time % 100 == 0;
    });

    /// <summary>Whoever writes leaves a time of the clock: it has a seal's fraction by chance, once in ten million.</summary>
    [Test]
    public void OtherTimes_DoNotHold() => Cases.Sample(c =>
    {
        long time = FileSeal.TimeOf(c.Sha256, c.Now);
        return new long[] { 1, 100, 1_000_000, Second / 2 }.All(more => !FileSeal.Holds(c.Sha256, time + more) && !FileSeal.Holds(c.Sha256, time - more));
    });

    [Test]
    public void OtherContent_DoesNotHold() => Cases.Sample(c =>
        !FileSeal.Holds(Digest.Of([.. c.Sha256.ToHex().Select(digit => (byte)digit)]), FileSeal.TimeOf(c.Sha256, c.Now)));

    /// <summary>Copied to a disk that keeps whole seconds, or without a time: hashed.</summary>
    [Test]
    public void WholeSecondsAndNoTime_DoNotHold()
    {
        var digest = Digest.Of([1]);
        long time = FileSeal.TimeOf(digest, 1_800_000_000 * Second);
        Assert.That((FileSeal.Holds(digest, time - (time % Second)), FileSeal.Holds(digest, 0), FileSeal.Holds(digest, -time)), Is.EqualTo((false, false, false)));
    }
}
