using Versioning.Benchmarks.Comparing;
using Versioning.Benchmarks.Comparing.Tools;
using Versioning.Benchmarks.Measuring;
using Versioning.Benchmarks.Workloads;
using Versioning.Storage;

namespace Versioning.Benchmarks;

/// <summary>A million small files: what a commit, a small change, a diff, one file and all files cost.</summary>
internal static class MillionVerb
{
    public const string Workload = "million";
    public const string Usage = "million --work DIR [--vers PATH] [--data DIR] [--files 1000000] [--seed N] [--out FILE.tsv]";

    private const string Name = "datasets/million";
    private const double Full = 1_000_000;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        string work = Directory.CreateDirectory(Path.GetFullPath(arguments.Required("--work"))).FullName;
        VersBuild build = VersBuild.Find(arguments.Text("--vers"), work);
        int count = arguments.Number("--files", (int)Full);
        ulong seed = arguments.Number("--seed", 1UL);
        string data = Directory.CreateDirectory(Path.GetFullPath(arguments.Text("--data") ?? Path.Combine(work, "data"))).FullName;
        string folder = Path.Combine(data, FormattableString.Invariant($"files-{count}-{seed}"));
        string run = Directory.CreateDirectory(Path.Combine(work, $"million-{Environment.ProcessId}")).FullName;
        string one = TinyFiles.Name(count / 2);
        Dictionary<string, string> names = new()
        {
            ["STORE"] = Path.Combine(run, "repo"),
            ["FILES"] = folder,
            ["OUT"] = Path.Combine(run, "out"),
            ["ONE"] = one,
            ["VERSIONING_CACHE"] = Path.Combine(run, "cache"),
        };
        Shell shell = new(run, names, Path.Combine(work, "million.log"), TimeSpan.FromHours(1));
        string vers = $"{Vers.Command(build.Path)} --store $STORE";
        string commit = $"{vers} commit {Name} $FILES --json";
        TinyFiles.Write(folder, seed, count);
        ResultLog log = new(arguments.Text("--out") is { } path ? Path.GetFullPath(path) : null);
        Conditions conditions = new(FileSystem.Of(work), count / Full, seed, build.Version);
        try
        {
            if (shell.Run($"{vers} init $STORE") != 0)
            {
                throw new UsageException($"vers init failed: see {work}/million.log.");
            }

            Step(Operation.FirstCommit, commit, result => result with { ContentBytes = result.Source.Bytes });
            Step(Operation.Unchanged, commit, result => result with { ContentBytes = 0 });
            long edited = TinyFiles.Edit(folder, seed, count);
            Step(Operation.SecondCommit, commit, result => result with { ContentBytes = edited });
            CountingStore diff = await CountAsync(async store =>
            {
                await foreach (FileChange _ in store.DiffAsync($"{Name}@1", $"{Name}@2"))
                {
                }
            });
            Step(Operation.Diff, $"test $({vers} diff {Name}@1 {Name}@2 | wc -l) = {Math.Min(count, TinyFiles.Edited)}", result => Counted(result, diff));
            CountingStore fetch = await CountAsync(store => store.FetchAsync($"{Name}@2", Path.Combine(run, "counted"), new FetchOptions { Include = { one } }));
            Step(Operation.OneFile, $"{vers} fetch {Name}@2 --include $ONE -o $OUT-one --json && cmp $OUT-one/$ONE $FILES/$ONE", result => Counted(result, fetch));
            CountingStore read = await CountAsync(async store =>
            {
                await using Stream file = await store.OpenReadAsync($"{Name}@2", one);
                await file.CopyToAsync(Stream.Null);
            });
            Console.WriteLine($"diff: {diff}\none file, fetched: {fetch}\none file, opened: {read}");
            Step(Operation.Verify, $"{vers} verify --json", result => result);
            Step(Operation.Fetch, $"{vers} fetch {Name}@2 -o $OUT --json", result => result.Succeeded ? result with { Note = FolderContent.Of(names["OUT"]).Difference(FolderContent.Of(folder)) } : result);
            return log.Close();
        }
        finally
        {
            Directory.Delete(run, recursive: true);
        }

        void Step(Operation operation, string command, Func<Result, Result> complete)
        {
            PageCache.Warm(names["STORE"]);
            PageCache.Warm(folder);
            long before = DiskUsage.Of(names["STORE"]).Bytes;
            Measurement cost = shell.Measure(command);
            DiskUsage after = DiskUsage.Of(names["STORE"]);
            log.Add(complete(new Result(conditions, 1, Workload, Vers.Compressed, operation)
            {
                Measurement = cost,
                NewBytes = after.Bytes - before,
                Repository = after,
                Source = DiskUsage.Of(folder),
                Note = cost.ExitCode == 0 ? "" : $"exit code {cost.ExitCode}",
            }));
        }

        async Task<CountingStore> CountAsync(Func<VersionStore, Task> work)
        {
            // From opening the store on: whoever wants one file pays for that too.
            CountingStore counting = new(new LocalDiskStore(names["STORE"]));
            await using VersionStore store = await VersionStore.OpenAsync(counting, new VersionStoreOptions { CacheDirectory = names["VERSIONING_CACHE"] });
            await work(store);
            return counting;
        }
    }

    private static Result Counted(Result result, CountingStore store) => result with { Reads = store.Reads, ReadBytes = store.BytesRead };
}
