using System.Runtime.CompilerServices;

namespace Versioning.Chunking;

/// <summary>
/// Content-defined cuts: a Gear hash over the last 64 bytes ends a chunk where its top bits are all zero.
/// Up to the normal length a cut needs 17 zero bits and after it 15, which draws lengths together: the mean is 64 KiB.
/// </summary>
/// <remarks>
/// The hash is <c>hash = (hash &lt;&lt; 1) + gear[byte]</c> modulo 2^64, so a byte has left it after 64 steps. Every
/// tested value covers 64 bytes, also the first: where a cut falls depends on nothing further back than the minimum.
/// </remarks>
internal static class Chunker
{
    internal const int MinLength = 16 * 1024;
    internal const int NormalLength = 40 * 1024;
    internal const int AverageLength = 64 * 1024;
    internal const int MaxLength = 256 * 1024;

    private const int Window = 64;

    // "The top n bits are zero" is the same as "less than 2^(64-n)", which saves the mask.
    private const ulong BelowUpToNormal = 1UL << (64 - 17);
    private const ulong BelowAfterNormal = 1UL << (64 - 15);

    /// <summary>
    /// Length of the chunk that <paramref name="data"/> starts with. The caller gives at least
    /// <see cref="MaxLength"/> bytes unless the file ends; with fewer, the end of the data is taken for the end of the file.
    /// </summary>
    internal static unsafe int NextCut(ReadOnlySpan<byte> data)
    {
        if (data.Length <= MinLength)
        {
            return data.Length;
        }

        int limit = Math.Min(data.Length, MaxLength);
        int normal = Math.Min(limit, NormalLength);
        fixed (byte* start = data)
        fixed (ulong* gear = GearTable.Values)
        {
            // One byte short of a whole window: the loop adds a byte before each test.
            ulong hash = 0;
            for (int i = MinLength - Window; i < MinLength - 1; i++)
            {
                hash = hash + hash + gear[start[i]];
            }

            byte* cut = Scan(start + MinLength - 1, start + normal, gear, BelowUpToNormal, ref hash);
            if (cut == null && normal < limit)
            {
                cut = Scan(start + normal, start + limit, gear, BelowAfterNormal, ref hash);
            }

            return cut == null ? limit : (int)(cut - start);
        }
    }

    // Returns the end of the chunk, or null. Not inlined because gear and below must stay in registers: where
    // the compiler sees that they are constants it loads both anew for every byte, which costs a third of the speed.
    // hash + hash becomes one lea with the addition, a single cycle from byte to byte.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe byte* Scan(byte* next, byte* end, ulong* gear, ulong below, ref ulong hash)
    {
        ulong h = hash;
        while (end - next >= 4)
        {
            h = h + h + gear[next[0]];
            if (h < below)
            {
                return next + 1;
            }

            h = h + h + gear[next[1]];
            if (h < below)
            {
                return next + 2;
            }

            h = h + h + gear[next[2]];
            if (h < below)
            {
                return next + 3;
            }

            h = h + h + gear[next[3]];
            if (h < below)
            {
                return next + 4;
            }

            next += 4;
        }

        while (next < end)
        {
            h = h + h + gear[*next++];
            if (h < below)
            {
                return next;
            }
        }

        hash = h;
        return null;
    }
}
