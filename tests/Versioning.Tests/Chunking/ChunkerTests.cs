using CsCheck;
using NUnit.Framework;
using Versioning.Chunking;

namespace Versioning.Tests.Chunking;

[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class ChunkerTests
{
    private static readonly int[] Limits =
        [0, 1, 64, Chunker.MinLength, Chunker.NormalLength, 3 * Chunker.NormalLength, Chunker.MaxLength, Chunker.MaxLength + 500];

    private static readonly Gen<int> Lengths = Gen.Select(
        Gen.Int[0, Limits.Length - 1], Gen.Int[-9, 9], (limit, offset) => Math.Max(0, Limits[limit] + offset));

    [Test]
    public void Values_Recomputed_AreTheTable()
    {
        ulong[] expected = [.. Enumerable.Range(0, 256).Select(ReferenceChunker.GearValue)];
        Assert.That(GearTable.Values.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void NextCut_RandomData_IsTheReferences() =>
        Gen.Select(Gen.Int, Lengths).Sample(
            (seed, length) => SameAsReference(Fill(seed, length, 256)), iter: 200);

    [Test]
    public void NextCut_LowEntropyData_IsTheReferences() =>
        Gen.Select(Gen.Int, Lengths, Gen.Int[1, 3]).Sample(
            (seed, length, alphabet) => SameAsReference(Fill(seed, length, alphabet)), iter: 100);

    [Test]
    public void NextCut_RepeatedPattern_IsTheReferences() =>
        Gen.Select(Gen.Byte.Array[1, 100], Lengths).Sample(
            (pattern, length) =>
            {
                byte[] data = new byte[length];
                for (int i = 0; i < length; i++)
                {
                    data[i] = pattern[i % pattern.Length];
                }

                return SameAsReference(data);
            },
            iter: 100);

    [Test]
    public void NextCut_CutPlantedAtALimit_IsTheReferences()
    {
        // 15 zero bits cut after the normal length only, 17 anywhere: both at every length next to where a rule begins or ends.
        foreach (int bits in (int[])[15, 17])
        {
            byte[] window = FindWindow(bits);
            foreach (int limit in (int[])[Chunker.MinLength, Chunker.NormalLength, Chunker.MaxLength])
            {
                for (int length = limit - 5; length <= limit + 5; length++)
                {
                    byte[] data = new byte[Chunker.MaxLength + 10];
                    window.CopyTo(data, length - window.Length);
                    Assert.That(Chunker.NextCut(data), Is.EqualTo(ReferenceChunker.NextCut(data)), $"{bits} bits at {length}");
                    Assert.That(Chunker.NextCut(data.AsSpan(0, length)), Is.EqualTo(ReferenceChunker.NextCut(data.AsSpan(0, length))));
                }
            }
        }
    }

    [Test]
    public void NextCut_TestVectors_AreWhatTheFormatDocumentSays()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Cuts(ReferenceChunker.Generate("versioning/vector/1/", 1_000_000)), Is.EqualTo(Vectors.Random));
            Assert.That(Cuts(Vectors.Counting()), Is.EqualTo(Vectors.CountingCuts));
            Assert.That(Cuts(new byte[600_000]), Is.EqualTo([262_144, 262_144, 75_712]));
        });
    }

    [Test]
    public void NextCut_BytesInsertedInFront_CutsMeetAgain()
    {
        byte[] data = ReferenceChunker.Generate("resync", 4_000_000);
        HashSet<int> before = [.. Ends(data)];
        int[] after = [.. Ends([.. new byte[777], .. data]).Select(end => end - 777)];
        Assert.That(after.Count(end => !before.Contains(end)), Is.LessThan(20));
        Assert.That(after.TakeLast(20), Is.All.Matches<int>(before.Contains));
    }

    [Test]
    public void NextCut_RandomData_HasTheAverageAsItsMean()
    {
        byte[] data = ReferenceChunker.Generate("mean", 64 << 20);
        Assert.That((double)data.Length / Cuts(data).Length, Is.EqualTo(Chunker.AverageLength).Within(5).Percent);
    }

    private static bool SameAsReference(byte[] data) => Chunker.NextCut(data) == ReferenceChunker.NextCut(data);

    private static byte[] Fill(int seed, int length, int alphabet)
    {
        Random random = new(seed);
        byte[] data = new byte[length];
        random.NextBytes(data);
        for (int i = 0; alphabet < 256 && i < length; i++)
        {
            data[i] = (byte)(data[i] % alphabet);
        }

        return data;
    }

    private static byte[] FindWindow(int zeroBits)
    {
        Random random = new(1);
        byte[] window = new byte[64];
        do
        {
            random.NextBytes(window);
        }
        while (ReferenceChunker.Hash(window) >> (64 - zeroBits) != 0 || ReferenceChunker.Hash(window) >> (63 - zeroBits) == 0);

        return window;
    }

    private static int[] Cuts(byte[] data)
    {
        List<int> cuts = [];
        for (int offset = 0; offset < data.Length; offset += cuts[^1])
        {
            cuts.Add(Chunker.NextCut(data.AsSpan(offset)));
        }

        return [.. cuts];
    }

    private static IEnumerable<int> Ends(byte[] data)
    {
        int end = 0;
        return Cuts(data).Select(cut => end += cut);
    }
}
