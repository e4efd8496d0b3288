using System.Globalization;

namespace Versioning.Benchmarks.Remote;

/// <summary>What is sent: random bytes, the same for the same workload, seed and scale.</summary>
internal static class RemoteData
{
    public const string Large = "r-large";
    public const string Small = "r-small";
    public const string LargeFile = "model.bin";

    /// <summary>The small files, each request on its way for longer.</summary>
    public const string Delayed = "r-small-delay";

    /// <summary>One of the small files.</summary>
    public const string OneSmallFile = "000/00050";

    private const int Piece = 1 << 20;
    private const int SmallLength = 20 * 1024;

    /// <summary>One file of 2 GiB, or 20,000 of 20 KiB, a hundred to a folder.</summary>
    public static void Write(string workload, string folder, ulong seed, double scale)
    {
        Directory.CreateDirectory(folder);
        if (workload == Large)
        {
            using FileStream file = File.Create(Path.Combine(folder, LargeFile));
            for (int i = 0; i < Math.Max(1, (int)(2048 * scale)); i++)
            {
                file.Write(Bytes(seed, i, Piece));
            }

            return;
        }

        for (int i = 0; i < Math.Max(100, (int)(20_000 * scale)); i++)
        {
            string path = SmallFile(folder, i);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Bytes(seed, i, SmallLength));
        }
    }

    /// <summary>Changes one percent: twenty runs of the large file, each hundredth of the small ones.</summary>
    public static void Edit(string workload, string folder, ulong seed)
    {
        if (workload == Small)
        {
            for (int i = 0; File.Exists(SmallFile(folder, i)); i += 100)
            {
                File.WriteAllBytes(SmallFile(folder, i), Bytes(seed + 1, i, SmallLength));
            }

            return;
        }

        using FileStream file = File.OpenWrite(Path.Combine(folder, LargeFile));
        int run = (int)(file.Length / 2000);
        for (int i = 0; i < 20; i++)
        {
            file.Position = (file.Length / 20 * i) + (run / 3);
            file.Write(Bytes(seed + 1, i, run));
        }
    }

    private static string SmallFile(string folder, int i) =>
        Path.Combine(folder, (i / 100).ToString("D3", CultureInfo.InvariantCulture), i.ToString("D5", CultureInfo.InvariantCulture));

    private static byte[] Bytes(ulong seed, int index, int length)
    {
        byte[] bytes = new byte[length];
        new Random(unchecked(((int)seed * 1_000_003) + index)).NextBytes(bytes);
        return bytes;
    }
}
