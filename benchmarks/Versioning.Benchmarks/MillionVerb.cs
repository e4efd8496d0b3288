using Versioning.Benchmarks.Comparing.Tools;
using Versioning.Benchmarks.Measuring;
using Versioning.Benchmarks.Workloads;

namespace Versioning.Benchmarks;

/// <summary>A million small files: what a commit, a small change, a diff and one file cost.</summary>
internal static class MillionVerb
{
    public const string Usage = "million --vers PATH --work DIR [--files 1000000] [--seed N]";

    public static int Run(Arguments arguments)
    {
        string vers = Vers.Command(arguments.Required("--vers"));
        string work = Path.GetFullPath(arguments.Required("--work"));
        int count = arguments.Number("--files", 1_000_000);
        ulong seed = arguments.Number("--seed", 1UL);
        string folder = Path.Combine(work, FormattableString.Invariant($"files-{count}-{seed}"));
        string run = Directory.CreateDirectory(Path.Combine(work, $"million-{Environment.ProcessId}")).FullName;
        string store = Path.Combine(run, "repo");
        Dictionary<string, string> names = new()
        {
            ["STORE"] = store,
            ["FILES"] = folder,
            ["OUT"] = Path.Combine(run, "one"),
            ["VERSIONING_CACHE"] = Path.Combine(run, "cache"),
        };
        Shell shell = new(run, names, Path.Combine(work, "million.log"), TimeSpan.FromHours(1));
        string commit = $"{vers} --store $STORE commit datasets/million $FILES --json";
        TinyFiles.Write(folder, seed, count);
        try
        {
            if (shell.Run($"{vers} init $STORE") != 0)
            {
                throw new UsageException($"vers init failed: see {work}/million.log.");
            }

            Console.WriteLine("| step | exit | wall s | CPU s | peak MiB | new bytes | of them besides file content |\n|---|--:|--:|--:|--:|--:|--:|");
            Step("first commit", commit, DiskUsage.Of(folder).Bytes);
            Step("unchanged", commit, 0);
            long edited = TinyFiles.Edit(folder, seed, count);
            Step("ten changed", commit, edited);
            Step("diff", $"{vers} --store $STORE diff datasets/million@1 datasets/million@2 --json", 0);
            Step("one file", $"{vers} --store $STORE cat datasets/million@2 {TinyFiles.Name(count / 2)} > $OUT", 0);
        }
        finally
        {
            Directory.Delete(run, recursive: true);
        }

        return 0;

        void Step(string name, string command, long content)
        {
            PageCache.Warm(store);
            long before = DiskUsage.Of(store).Bytes;
            Measurement cost = shell.Measure(command);
            long added = DiskUsage.Of(store).Bytes - before;
            Console.WriteLine(FormattableString.Invariant(
                $"| {name} | {cost.ExitCode} | {cost.Wall:F3} | {cost.Processor:F2} | {cost.PeakBytes / 1048576.0:F0} | {added} | {added - content} |"));
        }
    }
}
