using Versioning.Benchmarks.Measuring;
using Versioning.Benchmarks.Workloads;

namespace Versioning.Benchmarks.Comparing;

/// <summary>Rounds over workloads and tools. The tools take turns within a round, so that a slow minute hits all of them.</summary>
internal sealed class Comparison(Conditions conditions, string work, bool fresh, TimeSpan timeLimit, ResultLog log)
{
    private int _runs;

    /// <summary>When nothing more is begun.</summary>
    public required CancellationToken Stop { get; init; }

    public void Start(IReadOnlyList<PeerTool> tools, Selection selection, IReadOnlyList<SourceData> sources, int rounds)
    {
        foreach (SourceData source in sources)
        {
            source.LeaveCache();
        }

        for (int round = 1; round <= rounds; round++)
        {
            foreach (SourceData source in sources)
            {
                PeerTool[] turn = [.. tools.Where(tool => selection.Of(tool, source.Workload).Count > 0)];
                int first = turn.Length == 0 ? 0 : (round - 1) % turn.Length;
                foreach (PeerTool tool in turn[first..].Concat(turn[..first]).TakeWhile(_ => !Stop.IsCancellationRequested))
                {
                    RunOne(tool, source, round, selection.Of(tool, source.Workload));
                }

                source.Reset();
                source.LeaveCache();
            }

            if (Stop.IsCancellationRequested)
            {
                Console.WriteLine($"Stopped in round {round} of {rounds}.");
                return;
            }
        }
    }

    private void RunOne(PeerTool tool, SourceData source, int round, IReadOnlySet<Operation> wanted)
    {
        source.Reset();
        string name = $"run-{Environment.ProcessId}-{_runs++}";
        using FreshFileSystem? fileSystem = fresh ? new FreshFileSystem(work, name + "-mount") : null;
        string folder = Directory.CreateDirectory(Path.Combine(fileSystem?.Mount ?? work, name)).FullName;
        try
        {
            ToolRun toolRun = new(tool, source, folder, Path.Combine(work, "compare.log"), timeLimit, keepFetched: fresh);
            foreach (Result result in toolRun.Run(conditions, round, wanted).TakeWhile(_ => !Stop.IsCancellationRequested))
            {
                log.Add(result);
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
