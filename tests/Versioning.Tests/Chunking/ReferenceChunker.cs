using System.Security.Cryptography;
using System.Text;
using Versioning.Chunking;

namespace Versioning.Tests.Chunking;

/// <summary>The cuts as the format document words them, with nothing shared with the real one but the lengths.</summary>
internal static class ReferenceChunker
{
    private static readonly ulong[] Gear = [.. Enumerable.Range(0, 256).Select(GearValue)];

    internal static ulong GearValue(int index) => BitConverter.ToUInt64(
        SHA256.HashData(Encoding.ASCII.GetBytes($"versioning/gear/1/{index}")), 0);

    internal static int NextCut(ReadOnlySpan<byte> data)
    {
        int limit = Math.Min(data.Length, Chunker.MaxLength);
        for (int length = Chunker.MinLength; length < limit; length++)
        {
            ulong mask = length <= Chunker.NormalLength ? 0xFFFF_8000_0000_0000 : 0xFFFE_0000_0000_0000;
            if ((Hash(data.Slice(length - 64, 64)) & mask) == 0)
            {
                return length;
            }
        }

        return limit;
    }

    internal static ulong Hash(ReadOnlySpan<byte> window)
    {
        ulong hash = 0;
        foreach (byte value in window)
        {
            hash = unchecked((hash << 1) + Gear[value]);
        }

        return hash;
    }

    /// <summary>Block i is the SHA-256 of the seed in ASCII followed by i as 8 bytes little-endian.</summary>
    internal static byte[] Generate(string seed, int length)
    {
        byte[] data = new byte[(length + 31) / 32 * 32];
        byte[] prefix = Encoding.ASCII.GetBytes(seed);
        byte[] block = [.. prefix, .. new byte[8]];
        for (int i = 0; i < data.Length / 32; i++)
        {
            BitConverter.TryWriteBytes(block.AsSpan(prefix.Length), (ulong)i);
            SHA256.HashData(block, data.AsSpan(i * 32));
        }

        return data[..length];
    }
}
