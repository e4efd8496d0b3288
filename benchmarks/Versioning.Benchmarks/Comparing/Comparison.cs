using Versioning.Benchmarks.Comparing.Tools;
using Versioning.Benchmarks.Measuring;
using Versioning.Benchmarks.Workloads;

namespace Versioning.Benchmarks.Comparing;

/// <summary>Rounds over workloads and tools. The tools take turns within a round, so that a slow minute hits all of them.</summary>
internal sealed class Comparison(string work, bool fresh, TimeSpan timeLimit)
{
    private int _runs;

    public ResultFile? Results { get; init; }

    /// <param name="tools">Those that this machine has.</param>
    /// <param name="chosen">Names of tools, beginnings of names (<c>restic</c>), or <c>all</c>; ours always takes part.</param>
    /// <param name="sources">The workloads.</param>
    /// <param name="rounds">How often.</param>
    public List<Result> Run(IReadOnlyList<PeerTool> tools, string[] chosen, SourceData[] sources, int rounds)
    {
        List<Result> results = [];
        for (int round = 1; round <= rounds; round++)
        {
            foreach (SourceData source in sources)
            {
                PeerTool[] turn = [.. tools.Where(tool => Takes(tool, chosen, source.Workload))];
                int first = turn.Length == 0 ? 0 : (round - 1) % turn.Length;
                foreach (PeerTool tool in turn[first..].Concat(turn[..first]))
                {
                    foreach (Result result in RunOne(tool, source, round))
                    {
                        Console.WriteLine($"{round} {result.Workload} {result.Tool,-12} {result.Operation,-13}"
                            + FormattableString.Invariant($"{result.Measurement.Wall,9:F3} s {result.Measurement.Processor,8:F2} CPU s {result.NewBytes / 1e6,10:F1} MB {result.Note}"));
                        Results?.Append(result);
                        results.Add(result);
                    }
                }

                source.Reset();
            }
        }

        return results;
    }

    private static bool Takes(PeerTool tool, string[] chosen, string workload) =>
        chosen.Contains(tool.Name)
        || (tool.Workloads.Contains(workload)
            && (tool.Name is Vers.Compressed or Vers.Raw || chosen.Any(name => name == "all" || tool.Name.StartsWith(name + "-", StringComparison.Ordinal))));

    private IEnumerable<Result> RunOne(PeerTool tool, SourceData source, int round)
    {
        source.Reset();
        string name = $"run-{Environment.ProcessId}-{_runs++}";
        using FreshFileSystem? fileSystem = fresh ? new FreshFileSystem(work, name + "-mount") : null;
        string folder = Directory.CreateDirectory(Path.Combine(fileSystem?.Mount ?? work, name)).FullName;
        try
        {
            ToolRun run = new(tool, source, folder, Path.Combine(work, "compare.log"), timeLimit, keepFetched: fresh);
            foreach (Result result in run.Run(round))
            {
                yield return result;
            }
        }
        finally
        {
            if (!fresh)
            {
                // Some tools write-protect what they keep.
                Shell.Output("chmod", "-R", "u+w", folder);
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
