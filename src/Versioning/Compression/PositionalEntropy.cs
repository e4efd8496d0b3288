using System.Runtime.CompilerServices;

namespace Versioning.Compression;

/// <summary>
/// Bits per byte at each of the four positions modulo 4, estimated from 2 KiB of a chunk. Floats show themselves by
/// one position (fp32) or every other one (bf16, fp16) that is far below the rest.
/// </summary>
internal readonly struct PositionalEntropy
{
    /// <summary>Shorter data can not be judged.</summary>
    internal const int MinLength = 2048;

    private const int Ranges = 4;
    private const int RangeLength = MinLength / Ranges;
    private const int PerPosition = MinLength / 4;

    // The mean for 512 bytes of pure noise (binomial counts); a sample that small never shows the whole 8 bits.
    private const float Noise = 7.59f;

    // Well beyond how far the mean over four positions strays for noise.
    private const float Indistinct = 0.06f;

    private static readonly float[] CountTimesLog = [.. Enumerable.Range(0, PerPosition + 1).Select(c => c == 0 ? 0 : c * MathF.Log2(c))];

    private readonly Bits _bits;

    private PositionalEntropy(Bits bits) => _bits = bits;

    /// <summary>Whether zstd could not save anything worth it by the frequency of bytes alone.</summary>
    internal bool IsNoise => (_bits[0] + _bits[1] + _bits[2] + _bits[3]) / 4 > Noise - Indistinct;

    /// <param name="data">At least <see cref="MinLength"/> bytes.</param>
    internal static PositionalEntropy Measure(ReadOnlySpan<byte> data)
    {
        Span<ushort> counts = stackalloc ushort[4 * 256];
        counts.Clear();
        for (int range = 0; range < Ranges; range++)
        {
            int start = (int)((long)(data.Length - RangeLength) * range / (Ranges - 1)) & ~3;
            ReadOnlySpan<byte> sample = data.Slice(start, RangeLength);
            for (int i = 0; i + 3 < sample.Length; i += 4)
            {
                counts[sample[i]]++;
                counts[256 + sample[i + 1]]++;
                counts[512 + sample[i + 2]]++;
                counts[768 + sample[i + 3]]++;
            }
        }

        Bits bits = default;
        for (int position = 0; position < 4; position++)
        {
            // Four sums side by side: one would wait for itself at every addition.
            float a = 0, b = 0, c = 0, d = 0;
            ReadOnlySpan<ushort> own = counts.Slice(position * 256, 256);
            for (int i = 0; i + 3 < own.Length; i += 4)
            {
                a += CountTimesLog[own[i]];
                b += CountTimesLog[own[i + 1]];
                c += CountTimesLog[own[i + 2]];
                d += CountTimesLog[own[i + 3]];
            }

            float sum = a + b + c + d;
            bits[position] = MathF.Log2(PerPosition) - (sum / PerPosition);
        }

        return new PositionalEntropy(bits);
    }

    /// <summary>The better encoding in planes and the share it saves, or Raw and 0 where the data does not look like floats.</summary>
    internal (ChunkEncoding Encoding, float Saved) BestPlanes()
    {
        float two = Saved(2, LowestPosition(2));
        float four = Saved(4, LowestPosition(4));
        return (two, four) switch
        {
            (0, 0) => (ChunkEncoding.Raw, 0),
            _ when two >= four => (ChunkEncoding.Planes2, two),
            _ => (ChunkEncoding.Planes4, four),
        };
    }

    /// <summary>Bytes in front of the first whole element: its last byte is the one with the lowest entropy.</summary>
    internal int Phase(int width) => (LowestPosition(width) + 1) % width;

    private int LowestPosition(int width)
    {
        int lowest = 0;
        for (int position = 1; position < width; position++)
        {
            if (At(width, position) < At(width, lowest))
            {
                lowest = position;
            }
        }

        return lowest;
    }

    private float Saved(int width, int position)
    {
        // Both halves of a pair have to be low: with the mean, fp32 would pass for pairs.
        float high = width == 2 ? Math.Max(_bits[position], _bits[position + 2]) : _bits[position];
        float rest = (((_bits[0] + _bits[1] + _bits[2] + _bits[3]) * width / 4) - At(width, position)) / (width - 1);

        // What is not noise apart from the high plane (integers, text, floats widened from a shorter type) is for plain zstd.
        return rest < Noise - 0.5f ? 0 : Math.Max(0, Noise - high) / (Noise * width);
    }

    private float At(int width, int position) =>
        width == 2 ? (_bits[position] + _bits[position + 2]) / 2 : _bits[position];

    [InlineArray(4)]
    private struct Bits
    {
        private float _first;
    }
}
