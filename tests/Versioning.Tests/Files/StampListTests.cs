using System.Buffers;
using System.Globalization;
using System.Text;
using NUnit.Framework;
using Versioning.Files;

namespace Versioning.Tests.Files;

internal sealed class StampListTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(512)]
    [TestCase(1300)]
    public void Read_WhatWasWritten_IsThereInParts(int count)
    {
        Write(count);
        StampList list = Read();
        Assert.That(list.Count, Is.EqualTo(count));
        var seen = new List<int>();
        for (int part = 0; part < list.Parts; part++)
        {
            StampList.Cursor cursor = list.PartAt(part, out int i);
            for (; cursor.TryNext(out ReadOnlySpan<byte> path, out FileStamp stamp); i++)
            {
                Assert.That((Encoding.UTF8.GetString(path), stamp), Is.EqualTo((PathOf(i), StampOf(i))));
                seen.Add(i);
            }
        }

        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, count)));
    }

    [Test]
    public void Read_ListOfAnotherVersionOrFolder_HasNothing()
    {
        Write(3);
        Assert.That(StampList.Read(Cache, Root + "x", "v").Count, Is.Zero);
        Assert.That(StampList.Read(Cache, Root, "w").Count, Is.Zero);
    }

    [Test]
    public void Read_DamageAtAnyByte_HasNothing()
    {
        Write(4);
        string file = StampList.PathOf(Cache, Root);
        byte[] good = File.ReadAllBytes(file);
        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(file, bad);
            Assert.That(Read().Count, Is.Zero, $"byte {at}");
            File.WriteAllBytes(file, good[..at]);
            Assert.That(Read().Count, Is.Zero, $"{at} bytes");
        }

        File.WriteAllBytes(file, good);
        Assert.That(Read().Count, Is.EqualTo(4));
    }

    private string Cache => Path.Join(_folder.Path, "cache");

    private string Root => Path.Join(_folder.Path, "data");

    private StampList Read() => StampList.Read(Cache, Root, "v");

    private void Write(int count)
    {
        // In pieces, as batches come.
        var pieces = new List<ReadOnlyMemory<byte>>();
        foreach (int[] batch in Enumerable.Range(0, count).Chunk(100))
        {
            var piece = new ArrayBufferWriter<byte>();
            foreach (int i in batch)
            {
                StampList.Append(piece, Encoding.UTF8.GetBytes(PathOf(i)), StampOf(i));
            }

            pieces.Add(piece.WrittenMemory);
        }

        StampList.Write(Cache, Root, "v", pieces);
    }

    private static string PathOf(int i) => i.ToString("d6", CultureInfo.InvariantCulture) + new string('x', i % 7);

    private static FileStamp StampOf(int i) => new(i, 1_600_000_000_123_456_789 + i, 1_600_000_000_123_456_789, (ulong)i, 1);
}
