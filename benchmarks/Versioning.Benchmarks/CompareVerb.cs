using Versioning.Benchmarks.Comparing;
using Versioning.Benchmarks.Comparing.Tools;
using Versioning.Benchmarks.Measuring;
using Versioning.Benchmarks.Workloads;

namespace Versioning.Benchmarks;

internal static class CompareVerb
{
    public const string Usage = """
        compare [--vers PATH] --work DIR [--data DIR] [--rounds 5] [--peers restic,borg,…] [--workloads w1,w3,w4]
                [--scale F] [--seed N] [--fresh] [--out FILE.tsv] [--skip-generate] [--time-limit SECONDS]
        """;

    public static int Run(Arguments arguments)
    {
        double scale = arguments.Number("--scale", 1.0);
        ulong seed = arguments.Number("--seed", 1UL);
        string work = Directory.CreateDirectory(Path.GetFullPath(arguments.Required("--work"))).FullName;
        string data = Path.Combine(Path.GetFullPath(arguments.Text("--data") ?? Path.Combine(work, "data")), FormattableString.Invariant($"{scale}-{seed}"));
        SourceData[] sources = [.. arguments.List("--workloads", "w1,w3,w4").Select(name => new SourceData(name, data, seed, scale))];
        if (!arguments.Has("--skip-generate"))
        {
            Array.ForEach(sources, source => source.Generate());
        }

        bool fresh = arguments.Has("--fresh");
        Comparison comparison = new(work, fresh, TimeSpan.FromSeconds(arguments.Number("--time-limit", 1200)))
        {
            Results = arguments.Text("--out") is { } path ? new ResultFile(Path.GetFullPath(path), fresh ? "new ext4" : Place(work), scale) : null,
        };
        IReadOnlyList<PeerTool> tools = Present(Toolbox.All(arguments.Text("--vers")));
        Console.WriteLine(Report.Write(comparison.Run(tools, arguments.List("--peers", "all"), sources, arguments.Number("--rounds", 5))));
        return 0;
    }

    private static List<PeerTool> Present(IReadOnlyList<PeerTool> tools)
    {
        foreach (PeerTool tool in tools.Where(tool => tool.Missing().Length > 0))
        {
            Console.WriteLine($"{tool.Name} is left out: {string.Join(", ", tool.Missing())} not found.");
        }

        return [.. tools.Where(tool => tool.Missing().Length == 0)];
    }

    private static string Place(string folder) => Shell.Output("stat", "-f", "-c", "%T", folder).Trim();
}
