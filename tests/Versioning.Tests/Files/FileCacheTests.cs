using System.Globalization;
using System.Text;
using NUnit.Framework;
using Versioning.Files;

namespace Versioning.Tests.Files;

public sealed class FileCacheTests
{
    private const long Now = 1_700_000_000_500_000_001;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void TryFind_WhatWasWritten_IsFoundWithItsStampOnly()
    {
        Write(5000);
        using FileCacheReader reader = Open();
        for (int i = 0; i < 5000; i += 3)
        {
            bool changed = i % 2 == 0;
            FileStamp stamp = changed ? StampOf(i) with { Inode = 9 } : StampOf(i);
            Assert.That(reader.TryFind(PathOf(i), stamp, out Digest sha256), Is.EqualTo(!changed));
            Assert.That(changed || sha256 == DigestOf(i));
            Assert.That(reader.TryFind(Encoding.UTF8.GetBytes($"{i:d6}x"), stamp, out _), Is.False);
        }
    }

    [Test]
    public void TryFind_DamageAtAnyByte_NeverGivesAWrongDigest()
    {
        const int Count = 12;
        Write(Count);
        string file = FileCache.PathOf(Cache, Root);
        byte[] good = File.ReadAllBytes(file);
        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(file, bad);
            Assert.That(CountFound(Count), Is.Zero);
            File.WriteAllBytes(file, good[..at]);
            Assert.That(CountFound(Count), Is.Zero);
        }

        File.WriteAllBytes(file, good);
        Assert.That(CountFound(Count), Is.EqualTo(Count));
    }

    [Test]
    public void TryFind_DamageInALaterBlock_KeepsTheEarlierOnes()
    {
        Write(3000);
        string file = FileCache.PathOf(Cache, Root);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.That(CountFound(3000), Is.InRange(1000, 2999));
    }

    [TestCase(0, 0, true)]
    [TestCase(-19_999_999, -30_000_000, true)]
    [TestCase(-30_000_000, -19_999_999, true)]
    [TestCase(-20_000_001, -20_000_001, false)]
    [TestCase(1_000_000_000, -30_000_000, true)]
    public void Add_WithinTheClocksGrain_IsDropped(long mtime, long ctime, bool racy) =>
        Assert.That(FileCacheWriter.IsRacy(new FileStamp(1, Now + mtime, Now + ctime, 1, 1), Now), Is.EqualTo(racy));

    [TestCase(-1, true)]
    [TestCase(-2, true)]
    [TestCase(-3, false)]
    public void Add_WholeSeconds_NeedsTwoOfThem(int seconds, bool racy)
    {
        long second = (Now / 1_000_000_000 * 1_000_000_000) + (seconds * 1_000_000_000L);
        Assert.That(FileCacheWriter.IsRacy(new FileStamp(1, second, second, 1, 1), Now - 500_000_001), Is.EqualTo(racy));
    }

    [Test]
    public void Create_FolderThatCannotBe_IsSilent()
    {
        string file = _folder.Add("file");
        using (FileCacheWriter writer = FileCacheWriter.Create(file, Root))
        {
            writer.Add("a"u8, StampOf(1), DigestOf(1), Now);
            writer.Complete();
        }

        using FileCacheReader reader = FileCacheReader.Open(file, Root);
        Assert.That(reader.TryFind("a"u8, StampOf(1), out _), Is.False);
    }

    [Test]
    public void Dispose_WithoutComplete_KeepsTheLastCache()
    {
        Write(10);
        using (FileCacheWriter writer = FileCacheWriter.Create(Cache, Root))
        {
            writer.Add("a"u8, StampOf(1), DigestOf(1), Now);
        }

        Assert.That(CountFound(10), Is.EqualTo(10));
        Assert.That(Directory.GetFiles(Path.Join(Cache, "files")), Has.Length.EqualTo(1));
    }

    [Test]
    public void PathOf_SlashAtTheEnd_IsTheSameFolder() =>
        Assert.That(FileCache.PathOf(Cache, Root + "/"), Is.EqualTo(FileCache.PathOf(Cache, Root)));

    private string Cache => Path.Join(_folder.Path, "cache");

    private string Root => Path.Join(_folder.Path, "data");

    private FileCacheReader Open() => FileCacheReader.Open(Cache, Root);

    private void Write(int count)
    {
        using FileCacheWriter writer = FileCacheWriter.Create(Cache, Root);
        for (int i = 0; i < count; i++)
        {
            writer.Add(PathOf(i), StampOf(i), DigestOf(i), Now);
        }

        writer.Complete();
    }

    private int CountFound(int count)
    {
        using FileCacheReader reader = Open();
        int found = 0;
        for (int i = 0; i < count; i++)
        {
            if (reader.TryFind(PathOf(i), StampOf(i), out Digest sha256))
            {
                Assert.That(sha256, Is.EqualTo(DigestOf(i)));
                found++;
            }
        }

        return found;
    }

    private static byte[] PathOf(int i) => Encoding.UTF8.GetBytes(i.ToString("d6", CultureInfo.InvariantCulture));

    private static FileStamp StampOf(int i) => new(i, 1_600_000_000_123_456_789 + i, 1_600_000_000_123_456_789, (ulong)i, 1);

    private static Digest DigestOf(int i) => Digest.Of(PathOf(i));
}
