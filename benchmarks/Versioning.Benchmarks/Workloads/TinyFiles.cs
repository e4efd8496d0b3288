namespace Versioning.Benchmarks.Workloads;

/// <summary>A great many files of 64 to 512 bytes, a thousand to a folder, and an edit of ten of them.</summary>
internal static class TinyFiles
{
    private const int PerFolder = 1000;
    public const int Edited = 10;
    private const int Smallest = 64;
    private const int Spread = 449;

    public static string Name(int index) => $"{index / PerFolder:D4}/{index:D7}.bin";

    /// <summary>Makes the files, or takes the edit back where they are there.</summary>
    public static void Write(string folder, ulong seed, int count)
    {
        if (Directory.Exists(folder))
        {
            Put(folder, seed, EditedIndices(seed, count), 0);
            return;
        }

        string partial = folder + ".partial";
        Parallel.For(0, (count + PerFolder - 1) / PerFolder, group =>
        {
            int first = group * PerFolder;
            Directory.CreateDirectory(Path.Combine(partial, $"{group:D4}"));
            Put(partial, seed, Enumerable.Range(first, Math.Min(PerFolder, count - first)), 0);
        });
        Directory.Move(partial, folder);
    }

    /// <summary>Changes ten files.</summary>
    /// <returns>How many bytes they have now.</returns>
    public static long Edit(string folder, ulong seed, int count) => Put(folder, seed, EditedIndices(seed, count), 1);

    private static int[] EditedIndices(ulong seed, int count) =>
        Xoshiro.For(seed, Purpose.Tiny, -1).Sample(count, Math.Min(Edited, count));

    private static long Put(string folder, ulong seed, IEnumerable<int> indices, int version)
    {
        Span<byte> buffer = stackalloc byte[Smallest + Spread];
        long total = 0;
        foreach (int index in indices)
        {
            Xoshiro random = Xoshiro.For(seed, Purpose.Tiny, index, version);
            Span<byte> content = buffer[..(Smallest + random.Below(Spread))];
            random.Fill(content);
            File.WriteAllBytes(Path.Combine(folder, Name(index)), content);
            total += content.Length;
        }

        return total;
    }
}
