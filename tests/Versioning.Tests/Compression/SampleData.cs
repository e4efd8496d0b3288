using System.Runtime.InteropServices;

namespace Versioning.Tests.Compression;

internal static class SampleData
{
    /// <param name="length">Bytes.</param>
    /// <param name="kind">0 text, 1 bf16, 2 fp32, 3 noise.</param>
    /// <param name="seed">Same seed, same bytes.</param>
    internal static byte[] Make(int length, int kind, int seed)
    {
        Random random = new(seed);
        byte[] data = new byte[length];
        switch (kind)
        {
            case 0:
                for (int i = 0; i < length; i++)
                {
                    data[i] = (byte)"0123456789,abcd\n"[random.Next(16)];
                }

                break;
            case 1:
                foreach (ref ushort value in MemoryMarshal.Cast<byte, ushort>(data.AsSpan()))
                {
                    value = (ushort)(BitConverter.SingleToUInt32Bits(Gaussian(random)) >> 16);
                }

                break;
            case 2:
                foreach (ref float value in MemoryMarshal.Cast<byte, float>(data.AsSpan()))
                {
                    value = Gaussian(random);
                }

                break;
            default:
                random.NextBytes(data);
                break;
        }

        return data;
    }

    private static float Gaussian(Random random) => (float)(0.02 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
        * Math.Cos(2 * Math.PI * random.NextDouble()));
}
