using System.Buffers.Binary;

namespace Versioning.Tests.Chunking;

/// <summary>Quoted in the format document: whoever writes another implementation checks it with these.</summary>
internal static class Vectors
{
    internal static readonly int[] Random =
        [67263, 102615, 124549, 94481, 79315, 116199, 69593, 108764, 30796, 74829, 95716, 35880];

    internal static readonly int[] CountingCuts =
        [83740, 78233, 79199, 80560, 45482, 70897, 31004, 86902, 60907, 76611, 68161, 72528, 66373, 66699, 32704];

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
