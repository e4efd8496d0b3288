using System.Globalization;

namespace Versioning.Benchmarks.Measuring;

/// <summary>What lies in a folder: files (each once, however many links lead to it), their bytes, and the bytes that they take on disk.</summary>
internal readonly record struct DiskUsage(long Files, long Bytes, long BytesOnDisk)
{
    public static DiskUsage Of(string path)
    {
        if (!Path.Exists(path))
        {
            return default;
        }

        HashSet<string> seen = [];
        DiskUsage usage = default;
        foreach (string line in Shell.Output("find", "-L", path, "-type", "f", "-printf", "%D:%i %s %b\n").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            if (seen.Add(words[0]))
            {
                usage = new(usage.Files + 1, usage.Bytes + Number(words[1]), usage.BytesOnDisk + (Number(words[2]) * 512));
            }
        }

        return usage;

        static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }
}
