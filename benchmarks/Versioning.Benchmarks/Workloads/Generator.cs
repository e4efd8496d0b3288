namespace Versioning.Benchmarks.Workloads;

/// <summary>Writes a workload by its name. The same name, seed and scale give the same bytes.</summary>
internal static class Generator
{
    public static readonly IReadOnlyList<string> Names = ["w1", "w2", "w3", "w3b", "w4", "w4b"];

    public static void Write(string name, string destination, ulong seed, double scale)
    {
        switch (name)
        {
            case "w1" or "w2":
                Whole(destination, path => Weights.Write(path, seed, scale, second: name == "w2"));
                break;
            case "w3" or "w3b":
                Images.Write(destination, seed, scale, second: name == "w3b");
                break;
            case "w4" or "w4b":
                Whole(destination, path => Table.Write(path, seed, scale, second: name == "w4b"));
                break;
            default:
                throw new UsageException($"'{name}' is not a workload: {string.Join(", ", Names)}.");
        }
    }

    private static void Whole(string destination, Action<string> write)
    {
        write(destination + ".partial");
        File.Move(destination + ".partial", destination, overwrite: true);
    }
}
