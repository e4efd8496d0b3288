using System.Buffers.Binary;

namespace Versioning.Tests.Chunking;

/// <summary>Quoted in the format document: whoever writes another implementation checks it with these.</summary>
internal static class Vectors
{
    internal static readonly int[] Random =
        [67263, 104853, 216792, 26017, 53298, 116199, 44929, 48603, 113622, 76828, 49973, 48596, 33027];

    internal static readonly int[] CountingCuts =
        [86661, 75312, 93067, 42294, 69667, 50827, 51287, 49753, 72435, 25621, 40997, 176303, 105676, 60100];

    /// <summary>The numbers 0 to 249,999 as 4 bytes little-endian each.</summary>
    internal static byte[] Counting()
    {
        byte[] data = new byte[1_000_000];
        for (int i = 0; i < data.Length / 4; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(i * 4), i);
        }

        return data;
    }
}
