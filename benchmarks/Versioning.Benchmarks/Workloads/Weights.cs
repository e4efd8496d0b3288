using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Benchmarks.Workloads;

/// <summary>
/// W1 and W2: one file of 256 tensors, bf16 and fp32 in turn, whose values spread like trained weights. W2 replaces
/// one tensor in twenty and inserts 1 KiB near the start, so that everything behind it moves.
/// </summary>
internal static class Weights
{
    private const int Tensors = 256;
    private const int Inserted = 1024;

    private static readonly byte[] TopBytes = NormalTopBytes(0.02);

    public static void Write(string path, ulong seed, double scale, bool second)
    {
        int size = Math.Max(4096, (int)(16 * 1024 * 1024 * scale) / 4096 * 4096);
        HashSet<int> replaced = second ? Replaced(seed) : [];
        long insertAt = Math.Min(1024 * 1024, (long)size * Tensors / 2);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        Parallel.For(0, Tensors, () => new byte[size], (index, _, buffer) =>
        {
            Xoshiro random = Xoshiro.For(seed, Purpose.Tensor, index, replaced.Contains(index) ? 1 : 0);
            Fill(buffer, ref random, index % 2 == 0);
            long start = (long)index * size;
            int before = second ? (int)Math.Clamp(insertAt - start, 0, size) : size;
            RandomAccess.Write(file, buffer.AsSpan(0, before), start);
            RandomAccess.Write(file, buffer.AsSpan(before), start + before + Inserted);
            return buffer;
        }, _ => { });
        if (second)
        {
            byte[] inserted = new byte[Inserted];
            Xoshiro.For(seed, Purpose.InsertedBytes).Fill(inserted);
            RandomAccess.Write(file, inserted, insertAt);
        }
    }

    private static HashSet<int> Replaced(ulong seed)
    {
        // Never the first: it takes the inserted bytes.
        int[] chosen = Xoshiro.For(seed, Purpose.ReplacedTensors).Sample(Tensors - 1, (int)Math.Round(Tensors * 0.05));
        return [.. chosen.Select(index => index + 1)];
    }

    private static void Fill(byte[] tensor, ref Xoshiro random, bool bf16)
    {
        byte[] top = TopBytes;
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(tensor.AsSpan());
        for (int i = 0; i < words.Length; i++)
        {
            ulong bits = random.Next();
            words[i] = bf16
                ? (bits & 0x00FF00FF00FF00FF)
                    | ((ulong)top[(byte)(bits >> 8)] << 8)
                    | ((ulong)top[(byte)(bits >> 24)] << 24)
                    | ((ulong)top[(byte)(bits >> 40)] << 40)
                    | ((ulong)top[(byte)(bits >> 56)] << 56)
                : (bits & 0x00FFFFFF00FFFFFF)
                    | ((ulong)top[(byte)(bits >> 24)] << 24)
                    | ((ulong)top[(byte)(bits >> 56)] << 56);
        }
    }

    /// <summary>Maps a uniform byte to the top byte (sign and seven exponent bits) of a normally distributed float.</summary>
    private static byte[] NormalTopBytes(double deviation)
    {
        List<(byte Top, double Share)> shares = [];
        for (int top = 0x30; top < 0x40; top++)
        {
            // One top byte spans two binades: the lowest exponent bit is in the byte below.
            double share = Below(Math.ScaleB(1, (2 * top) + 2 - 127), deviation) - Below(Math.ScaleB(1, (2 * top) - 127), deviation);
            if (share > 1e-4)
            {
                shares.Add(((byte)top, share));
                shares.Add(((byte)(top | 0x80), share));
            }
        }

        double total = shares.Sum(entry => entry.Share);
        double reached = 0;
        List<byte> table = [];
        foreach ((byte top, double share) in shares.OrderBy(entry => entry.Top))
        {
            reached += share / total;
            table.AddRange(Enumerable.Repeat(top, Math.Max(0, (int)Math.Round(reached * 256) - table.Count)));
        }

        return [.. table];
    }

    /// <summary>The share of a normal distribution that lies between 0 and a value, by Simpson's rule.</summary>
    private static double Below(double value, double deviation)
    {
        const int Steps = 2000;
        double end = Math.Min(value / deviation, 12);
        double step = end / Steps;
        double sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double x = i * step;
            sum += Math.Exp(-x * x / 2) * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
        }

        return sum * step / 3 / Math.Sqrt(2 * Math.PI);
    }
}
