namespace Versioning.Benchmarks.Workloads;

/// <summary>
/// W3: 100,000 files of 2 to 60 KiB that cannot be compressed, a hundred to a folder. The second version changes one
/// in a hundred, removes one in two hundred, and adds as many. A folder that is there is edited in place, both ways.
/// </summary>
internal static class Images
{
    private const int PerFolder = 100;
    private const int Smallest = 2 * 1024;
    private const int Spread = 58 * 1024;

    public static void Write(string folder, ulong seed, double scale, bool second)
    {
        int count = Count(scale);
        int[] touched = Touched(seed, count);
        int[] changed = touched[..(count / 100)];
        int[] removed = touched[(count / 100)..];
        int[] added = [.. Enumerable.Range(count, count / 200)];

        if (!Directory.Exists(folder))
        {
            string partial = folder + ".partial";
            Put(partial, seed, [.. Enumerable.Range(0, count)], 0);
            Directory.Move(partial, folder);
        }
        else if (!second)
        {
            Put(folder, seed, touched, 0);
            Drop(folder, added);
        }

        if (second)
        {
            Put(folder, seed, changed, 1);
            Put(folder, seed, added, 1);
            Drop(folder, removed);
        }
    }

    /// <summary>The path of a file that is the same in both versions.</summary>
    public static string KeptName(ulong seed, double scale)
    {
        int count = Count(scale);
        HashSet<int> touched = [.. Touched(seed, count)];
        return Name(Enumerable.Range(count / 2, count / 2).First(index => !touched.Contains(index)));
    }

    private static int Count(double scale) => Math.Max(200, (int)(100_000 * scale));

    private static int[] Touched(ulong seed, int count) =>
        Xoshiro.For(seed, Purpose.ImageEdits).Sample(count, (count / 100) + (count / 200));

    private static string Name(int index) => $"{index / PerFolder:D4}/img_{index:D7}.jpg";

    private static void Put(string folder, ulong seed, int[] indices, int version)
    {
        foreach (string parent in indices.Select(index => Path.GetDirectoryName(Name(index))!).Distinct())
        {
            Directory.CreateDirectory(Path.Combine(folder, parent));
        }

        Parallel.ForEach(indices, () => new byte[Smallest + Spread], (index, _, buffer) =>
        {
            Xoshiro random = Xoshiro.For(seed, Purpose.Image, index, version);
            Span<byte> content = buffer.AsSpan(0, Smallest + Math.Min(random.Below(Spread), random.Below(Spread)));
            random.Fill(content);
            string path = Path.Combine(folder, Name(index));
            File.WriteAllBytes(path + ".new", content);
            File.Move(path + ".new", path, overwrite: true);
            return buffer;
        }, _ => { });
    }

    private static void Drop(string folder, int[] indices)
    {
        foreach (string path in indices.Select(index => Path.Combine(folder, Name(index))).Where(File.Exists))
        {
            File.Delete(path);
            string parent = Path.GetDirectoryName(path)!;
            if (!Directory.EnumerateFileSystemEntries(parent).Any())
            {
                Directory.Delete(parent);
            }
        }
    }
}
