using CsCheck;
using NUnit.Framework;
using Versioning.Compression;

namespace Versioning.Tests.Compression;

[TestFixture]
internal sealed class HostileInputTests
{
    [Test]
    public void Decompress_RandomBytes_GivesInvalidDataOrFills() =>
        Gen.Select(Gen.Byte.Array[0, 2000], Gen.Byte[0, 5], Gen.Int[0, 5000]).Sample(
            (stored, encoding, length) => Attempt((ChunkEncoding)encoding, stored, length), iter: 2000);

    [Test]
    public void Decompress_DamagedChunk_GivesInvalidDataOrFills([Values(1, 2, 3)] int encoding)
    {
        byte[] chunk = SampleData.Make(20_001, encoding - 1, 1);
        byte[] stored = Compress((ChunkEncoding)encoding, chunk);
        Gen.Select(Gen.Int[0, stored.Length - 1], Gen.Int[0, 7], Gen.Int[0, stored.Length], Gen.Int[-3, 3]).Sample(
            (at, bit, end, wrong) =>
            {
                byte[] flipped = [.. stored];
                flipped[at] ^= (byte)(1 << bit);
                Attempt((ChunkEncoding)encoding, flipped, chunk.Length);
                Attempt((ChunkEncoding)encoding, stored[..end], chunk.Length);
                Attempt((ChunkEncoding)encoding, stored, chunk.Length + wrong);
            },
            iter: 500);
    }

    [Test]
    public void Decompress_Bomb_IsRefusedWithoutAllocating()
    {
        byte[] bomb = Compress(ChunkEncoding.Zstd, new byte[50_000_000]);
        using ChunkDecompressor decompressor = new();
        byte[] destination = new byte[1000];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => decompressor.Decompress(ChunkEncoding.Zstd, bomb, destination));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100_000));
    }

    private static byte[] Compress(ChunkEncoding encoding, byte[] chunk)
    {
        using ChunkCompressor compressor = new();
        byte[] stored = new byte[chunk.Length];
        int length = compressor.TryCompress(encoding, chunk, stored);
        Assert.That(length, Is.Positive);
        return stored[..length];
    }

    private static void Attempt(ChunkEncoding encoding, byte[] stored, int length)
    {
        using ChunkDecompressor decompressor = new();
        try
        {
            decompressor.Decompress(encoding, stored, new byte[length]);
        }
        catch (InvalidDataException)
        {
        }
    }
}
