using Versioning.Benchmarks.Comparing;
using Versioning.Benchmarks.Comparing.Tools;
using Versioning.Benchmarks.Measuring;
using Versioning.Benchmarks.Workloads;

namespace Versioning.Benchmarks;

internal static class CompareVerb
{
    public const string Usage = """
        compare --work DIR [--vers PATH] [--data DIR] [--rounds 5] [--peers all|none|restic,borg-lz4,…] [--workloads w1,w3,w4]
                [--operations first,unchanged,rehash,second,verify,fetch,one] [--targets] [--scale F] [--seed N] [--fresh]
                [--out FILE.tsv] [--skip-generate] [--time-limit SECONDS] [--minutes N]
        """;

    public static int Run(Arguments arguments)
    {
        double scale = arguments.Number("--scale", 1.0);
        ulong seed = arguments.Number("--seed", 1UL);
        string work = Directory.CreateDirectory(Path.GetFullPath(arguments.Required("--work"))).FullName;
        bool fresh = arguments.Has("--fresh");
        Selection selection = new(
            arguments.List("--peers", "all"),
            arguments.Text("--operations") is null ? Enum.GetValues<Operation>().ToHashSet() : arguments.List("--operations", "").Select(Step.Parse).ToHashSet(),
            arguments.Has("--targets"));
        VersBuild vers = VersBuild.Find(arguments.Text("--vers"), work);
        List<PeerTool> present = Present(Vers.All(vers.Path), selection);
        SourceData[] sources = [.. arguments.List("--workloads", "w1,w3,w4").Select(name => new SourceData(name, DataFolder(arguments, work, scale, seed), seed, scale))];
        foreach (SourceData source in sources)
        {
            if (!arguments.Has("--skip-generate"))
            {
                source.Generate();
            }

            source.Inspect();
        }

        using StopSignal stop = new(arguments.Number("--minutes", double.PositiveInfinity));
        ResultLog log = new(arguments.Text("--out") is { } path ? Path.GetFullPath(path) : null);
        Conditions conditions = new(fresh ? "new ext4" : FileSystem.Of(work), scale, seed, vers.Version);
        Comparison comparison = new(conditions, work, fresh, TimeSpan.FromSeconds(arguments.Number("--time-limit", 1200)), log) { Stop = stop.Token };
        comparison.Start(present, selection, sources, arguments.Number("--rounds", 5));
        return log.Close();
    }

    public static string DataFolder(Arguments arguments, string work, double scale, ulong seed) =>
        Path.Combine(Path.GetFullPath(arguments.Text("--data") ?? Path.Combine(work, "data")), FormattableString.Invariant($"{scale}-{seed}"));

    private static List<PeerTool> Present(IEnumerable<PeerTool> ours, Selection selection)
    {
        PeerTool[] tools = [.. ours, .. Toolbox.Peers()];
        string[] unknown = [.. selection.Peers.Where(name => name is not ("all" or "none") && !tools.Any(tool => tool.Name == name || tool.Name.StartsWith(name + "-", StringComparison.Ordinal)))];
        if (unknown.Length > 0)
        {
            throw new UsageException($"No such peers: {string.Join(", ", unknown)}. There are {string.Join(", ", tools.Select(tool => tool.Name))}.");
        }

        foreach (PeerTool tool in tools.Where(tool => tool.Missing().Length > 0))
        {
            Console.WriteLine($"{tool.Name} is left out: {string.Join(", ", tool.Missing())} not found.");
        }

        return [.. tools.Where(tool => tool.Missing().Length == 0)];
    }
}
