using CsCheck;
using NUnit.Framework;
using Versioning.Compression;

namespace Versioning.Tests.Compression;

[TestFixture]
internal sealed class ChunkCompressionTests
{
    private static readonly ChunkEncoding[] Compressed = [ChunkEncoding.Zstd, ChunkEncoding.Planes2, ChunkEncoding.Planes4];

    private static readonly Gen<byte[]> Data = Gen.Select(Gen.Int[0, 300_000], Gen.Int[0, 3], Gen.Int, SampleData.Make);

    [Test]
    public void Decompress_WhatWasCompressed_IsTheSame()
    {
        Data.Sample(
            chunk =>
            {
                using ChunkCompressor compressor = new();
                using ChunkDecompressor decompressor = new();
                byte[] stored = new byte[chunk.Length];
                byte[] back = new byte[chunk.Length];
                foreach (ChunkEncoding encoding in Compressed)
                {
                    int length = compressor.TryCompress(encoding, chunk, stored);
                    if (length >= 0)
                    {
                        Assert.That(length, Is.LessThanOrEqualTo(chunk.Length * 0.97));
                        Array.Clear(back);
                        decompressor.Decompress(encoding, stored.AsSpan(0, length), back);
                        Assert.That(back.AsSpan().SequenceEqual(chunk), Is.True);
                    }
                }
            },
            iter: 100);
    }

    [Test]
    public void Join_WhatWasSplit_IsTheSame([Values(2, 4)] int width, [Range(0, 70)] int count)
    {
        byte[] elements = SampleData.Make(count * width, 3, count);
        byte[] low = new byte[count * (width - 1)];
        byte[] high = new byte[count];
        byte[] back = new byte[elements.Length];
        BytePlanes.Split(width, elements, low, high);
        BytePlanes.Join(width, low, high, back);
        Assert.That(back, Is.EqualTo(elements));
        Assert.That(high, Is.EqualTo(elements.Where((_, i) => i % width == width - 1)));
    }

    [Test]
    public void ChooseForChunk_FloatsAtAnyOffset_CompressWell([Values(1, 2)] int kind, [Range(0, 3)] int offset)
    {
        using ChunkCompressor compressor = new();
        byte[] chunk = SampleData.Make(70_000, kind, 1)[offset..];
        ChunkEncoding encoding = ChunkCompressor.ChooseForChunk(chunk);
        Assert.That(encoding, Is.EqualTo(kind == 1 ? ChunkEncoding.Planes2 : ChunkEncoding.Planes4));
        Assert.That(compressor.Choose([chunk]), Is.EqualTo(encoding));
        int length = compressor.TryCompress(encoding, chunk, new byte[chunk.Length]);
        Assert.That((double)length / chunk.Length, Is.InRange(0.5, kind == 1 ? 0.70 : 0.86));
    }

    [Test]
    public void Choose_TextAndNoise_AreToldApart()
    {
        using ChunkCompressor compressor = new();
        byte[] text = SampleData.Make(65_536, 0, 1);
        byte[] noise = SampleData.Make(65_536, 3, 1);
        Assert.That(compressor.Choose([text]), Is.EqualTo(ChunkEncoding.Zstd));
        Assert.That(compressor.Choose([noise]), Is.EqualTo(ChunkEncoding.Raw));
        Assert.That(compressor.Choose([]), Is.EqualTo(ChunkEncoding.Raw));
        Assert.That(ChunkCompressor.ChooseForChunk(noise), Is.EqualTo(ChunkEncoding.Raw));
        Assert.That(ChunkCompressor.ChooseForChunk(text), Is.EqualTo(ChunkEncoding.Zstd));
    }
}
