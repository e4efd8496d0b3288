using System.Diagnostics;
using System.Security.Cryptography;
using Versioning.Benchmarks.Comparing;
using Versioning.Benchmarks.Comparing.Tools;
using Versioning.Benchmarks.Measuring;
using Versioning.Benchmarks.Workloads;

namespace Versioning.Benchmarks;

/// <summary>Reads all files of a version through the library, verified and without making one, beside tar of the same folder.</summary>
internal static class StreamVerb
{
    public const string Tar = "tar";
    public const string Usage = "stream --work DIR [--data DIR] [--rounds 5] [--scale F] [--seed N] [--out FILE.tsv]";

    private const string Name = "datasets/streamed";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        double scale = arguments.Number("--scale", 1.0);
        ulong seed = arguments.Number("--seed", 1UL);
        string work = Directory.CreateDirectory(Path.GetFullPath(arguments.Required("--work"))).FullName;
        SourceData source = new("w3", CompareVerb.DataFolder(arguments, work, scale, seed), seed, scale);
        source.Generate();
        source.Reset();
        string run = Path.Combine(work, $"stream-{Environment.ProcessId}");
        string repository = Path.Combine(run, "repo");
        try
        {
            VersionStoreOptions options = new() { CacheDirectory = Path.Combine(run, "cache") };
            await using (VersionStore store = await VersionStore.CreateAsync(repository, options))
            {
                await store.CommitAsync(Name, source.Folder);
            }

            // Once before anything is measured: this also compiles what is measured.
            string difference = (await HashAsync(repository)).Difference(FolderContent.Of(source.Folder));
            if (difference.Length > 0)
            {
                throw new UsageException($"What was streamed is wrong: {difference}");
            }

            ResultLog log = new(arguments.Text("--out") is { } path ? Path.GetFullPath(path) : null);
            Conditions conditions = new(FileSystem.Of(work), scale, seed, $"library {typeof(VersionStore).Assembly.GetName().Version}");
            for (int round = 1; round <= arguments.Number("--rounds", 5); round++)
            {
                PageCache.Warm(repository);
                Add(Vers.Compressed, await StreamAsync(repository));
                PageCache.Warm(source.Folder);
                Add(Tar, new Shell("/", new Dictionary<string, string> { ["FOLDER"] = source.Folder }, "/dev/null", TimeSpan.FromMinutes(10)).Measure("tar -C \"$FOLDER\" -cf - . | wc -c"));

                void Add(string tool, Measurement measurement) => log.Add(new Result(conditions, round, source.Workload, tool, Operation.Stream)
                {
                    Measurement = measurement,
                    Source = DiskUsage.Of(source.Folder),
                    Repository = tool == Tar ? default : DiskUsage.Of(repository),
                    Note = measurement.ExitCode == 0 ? "" : $"exit code {measurement.ExitCode}",
                });
            }

            return log.Close();
        }
        finally
        {
            Directory.Delete(run, recursive: true);
        }
    }

    private static async Task<FolderContent> HashAsync(string location)
    {
        List<(string Path, long Length, byte[] Hash)> files = [];
        await using VersionStore store = await VersionStore.OpenAsync(location);
        await foreach (FileContent file in store.ReadFilesAsync(Name))
        {
            files.Add((file.Path, file.Content.Length, SHA256.HashData(file.Content.Span)));
        }

        return FolderContent.Of(files);
    }

    private static async Task<Measurement> StreamAsync(string location)
    {
        TimeSpan user = Environment.CpuUsage.UserTime;
        TimeSpan system = Environment.CpuUsage.PrivilegedTime;
        long start = Stopwatch.GetTimestamp();
        await using (VersionStore store = await VersionStore.OpenAsync(location))
        {
            await foreach (FileContent _ in store.ReadFilesAsync(Name))
            {
            }
        }

        using Process self = Process.GetCurrentProcess();
        return new Measurement(
            0,
            Stopwatch.GetElapsedTime(start).TotalSeconds,
            (Environment.CpuUsage.UserTime - user).TotalSeconds,
            (Environment.CpuUsage.PrivilegedTime - system).TotalSeconds,
            self.PeakWorkingSet64);
    }
}
