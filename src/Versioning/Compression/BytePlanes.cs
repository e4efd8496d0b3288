using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Versioning.Compression;

/// <summary>Parts the last byte of each element from the bytes before it, and joins them again.</summary>
internal static class BytePlanes
{
    internal static void Split(int width, ReadOnlySpan<byte> elements, Span<byte> low, Span<byte> high)
    {
        Debug.Assert(elements.Length == low.Length + high.Length && elements.Length == high.Length * width);
        int done = width == 2 ? SplitPairs(elements, low, high) : SplitQuads(elements, low, high);
        for (int i = done; i < high.Length; i++)
        {
            elements.Slice(i * width, width - 1).CopyTo(low[(i * (width - 1))..]);
            high[i] = elements[(i * width) + width - 1];
        }
    }

    internal static void Join(int width, ReadOnlySpan<byte> low, ReadOnlySpan<byte> high, Span<byte> elements)
    {
        Debug.Assert(elements.Length == low.Length + high.Length && elements.Length == high.Length * width);
        int done = width == 2 ? JoinPairs(low, high, elements) : JoinQuads(low, high, elements);
        for (int i = done; i < high.Length; i++)
        {
            low.Slice(i * (width - 1), width - 1).CopyTo(elements[(i * width)..]);
            elements[(i * width) + width - 1] = high[i];
        }
    }

    private static int SplitPairs(ReadOnlySpan<byte> elements, Span<byte> low, Span<byte> high)
    {
        Vector256<ushort> mask = Vector256.Create((ushort)0xFF);
        int i = 0;
        for (; i <= high.Length - 32; i += 32)
        {
            Vector256<ushort> a = Vector256.Create(elements.Slice(2 * i, 32)).AsUInt16();
            Vector256<ushort> b = Vector256.Create(elements.Slice((2 * i) + 32, 32)).AsUInt16();
            Vector256.Narrow(a & mask, b & mask).CopyTo(low.Slice(i, 32));
            Vector256.Narrow(a >>> 8, b >>> 8).CopyTo(high.Slice(i, 32));
        }

        return i;
    }

    private static int JoinPairs(ReadOnlySpan<byte> low, ReadOnlySpan<byte> high, Span<byte> elements)
    {
        int i = 0;
        for (; i <= high.Length - 32; i += 32)
        {
            (Vector256<ushort> lowFront, Vector256<ushort> lowBack) = Vector256.Widen(Vector256.Create(low.Slice(i, 32)));
            (Vector256<ushort> highFront, Vector256<ushort> highBack) = Vector256.Widen(Vector256.Create(high.Slice(i, 32)));
            (lowFront | (highFront << 8)).AsByte().CopyTo(elements.Slice(2 * i, 32));
            (lowBack | (highBack << 8)).AsByte().CopyTo(elements.Slice((2 * i) + 32, 32));
        }

        return i;
    }

    // 12 of each 16 bytes written and read are in use, so the loops stop while 4 more still lie inside.
    private static int SplitQuads(ReadOnlySpan<byte> elements, Span<byte> low, Span<byte> high)
    {
        Vector128<byte> order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 7, 11, 15);
        int i = 0;
        for (; i <= high.Length - 6; i += 4)
        {
            Vector128<byte> sorted = Vector128.Shuffle(Vector128.Create(elements.Slice(4 * i, 16)), order);
            sorted.CopyTo(low.Slice(3 * i, 16));
            MemoryMarshal.Write(high[i..], sorted.AsUInt32().GetElement(3));
        }

        return i;
    }

    private static int JoinQuads(ReadOnlySpan<byte> low, ReadOnlySpan<byte> high, Span<byte> elements)
    {
        Vector128<byte> order = Vector128.Create((byte)0, 1, 2, 12, 3, 4, 5, 13, 6, 7, 8, 14, 9, 10, 11, 15);
        int i = 0;
        for (; i <= high.Length - 6; i += 4)
        {
            Vector128<byte> sorted = Vector128.Create(low.Slice(3 * i, 16)).AsUInt32()
                .WithElement(3, MemoryMarshal.Read<uint>(high[i..])).AsByte();
            Vector128.Shuffle(sorted, order).CopyTo(elements.Slice(4 * i, 16));
        }

        return i;
    }
}
