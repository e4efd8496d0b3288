using CsCheck;

namespace Versioning.Tests.Properties;

/// <summary>Bytes that were sound, after someone had his way with them; now and then bytes that never were anything.</summary>
internal static class Mutation
{
    // Headers of MessagePack that promise much or little, overlong forms, and the ends of the ranges of integers.
    private static readonly string[] Lies =
    [
        "00", "7f", "80", "8f", "90", "9f", "c0", "c1", "c3", "c4ff", "c5ffff", "c6ffffffff", "c67fffffff", "cc05", "cd0005", "cfffffffffffffffff",
        "cf7fffffffffffffff", "ce80000000", "ce7fffffff", "d3ffffffffffffffff", "d9ff", "daffff", "dbffffffff", "dcffff", "ddffffffff", "dd7fffffff", "dd00000001", "ff", "ffffffff", "00000000",
    ];

    private static readonly Gen<Func<byte[], byte[]>> Step = Gen.Select(Gen.Int[0, 6], Gen.Double.Unit, Gen.Double.Unit, Gen.Int[0, 7], Gen.Int[0, Lies.Length - 1])
        .Select((kind, a, b, bit, lie) => (Func<byte[], byte[]>)(bytes => Change(bytes, kind, a, b, bit, lie)));

    /// <param name="seeds">What is sound.</param>
    internal static Gen<byte[]> Of(params byte[][] seeds) => Gen.Frequency(
        (20, Gen.Select(Gen.Int[0, seeds.Length - 1], Step.Array[1, 4]).Select((seed, steps) => steps.Aggregate(seeds[seed], (bytes, step) => step(bytes)))),
        (1, Gen.Byte.Array[0, 300]));

    internal static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static byte[] Change(byte[] bytes, int kind, double a, double b, int bit, int lie)
    {
        if (bytes.Length == 0)
        {
            return Convert.FromHexString(Lies[lie]);
        }

        int at = (int)(a * bytes.Length), other = (int)(b * bytes.Length), length = Math.Min(bytes.Length - other, 1 + (bit * bit));
        byte[] flipped = [.. bytes];
        flipped[at] ^= (byte)(1 << bit);
        return kind switch
        {
            0 => flipped,
            1 => [.. bytes[..at], .. Convert.FromHexString(Lies[lie]), .. bytes[(at + 1)..]],
            2 => bytes[..at],
            3 => [.. bytes[..at], .. bytes[other..(other + length)], .. bytes[at..]],
            4 => [.. bytes[..other], .. bytes[(other + length)..]],
            5 => [.. bytes, .. Convert.FromHexString(Lies[lie])],
            _ => Overwritten(bytes, Convert.FromHexString(Lies[lie]), at),
        };
    }

    private static byte[] Overwritten(byte[] bytes, byte[] with, int at)
    {
        byte[] changed = [.. bytes];
        with.AsSpan(0, Math.Min(with.Length, bytes.Length - at)).CopyTo(changed.AsSpan(at));
        return changed;
    }
}
