using System.Numerics;
using System.Runtime.InteropServices;

namespace Versioning.Benchmarks.Workloads;

/// <summary>The xoshiro256** generator: the same key gives the same numbers on every machine and in every version of .NET.</summary>
internal struct Xoshiro
{
    private ulong _a, _b, _c, _d;

    /// <summary>Starts a stream of its own for each key.</summary>
    public static Xoshiro For(ulong seed, Purpose purpose, long index = 0, int version = 0)
    {
        ulong state = seed;
        foreach (ulong part in (ReadOnlySpan<ulong>)[(ulong)purpose, (ulong)index, (ulong)version])
        {
            state = SplitMix(ref state) ^ (part * 0xD6E8FEB86659FD93);
        }

        return new Xoshiro
        {
            _a = SplitMix(ref state),
            _b = SplitMix(ref state),
            _c = SplitMix(ref state),
            _d = SplitMix(ref state),
        };
    }

    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A number from 0 to below <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    public void Fill(Span<byte> bytes)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = Next();
        }

        if (bytes.Length % 8 != 0)
        {
            ulong last = Next();
            MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(ref last))[..(bytes.Length % 8)].CopyTo(bytes[(words.Length * 8)..]);
        }
    }

    /// <summary>Different numbers from 0 to below <paramref name="bound"/>, in random order.</summary>
    public int[] Sample(int bound, int count)
    {
        int[] all = [.. Enumerable.Range(0, bound)];
        for (int i = 0; i < count; i++)
        {
            int other = i + Below(bound - i);
            (all[i], all[other]) = (all[other], all[i]);
        }

        return all[..count];
    }

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>What a stream of random numbers is for.</summary>
internal enum Purpose
{
    Tensor,
    ReplacedTensors,
    InsertedBytes,
    ImageEdits,
    Image,
    Rows,
    RowRuns,
    EditedRows,
    InsertedRows,
    AppendedRows,
    Tiny,
}
