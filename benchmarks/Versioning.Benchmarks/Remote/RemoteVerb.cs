using Versioning.Benchmarks.Comparing;
using Versioning.Benchmarks.Comparing.Tools;
using Versioning.Benchmarks.Measuring;

namespace Versioning.Benchmarks.Remote;

/// <summary>Commits to and fetches from a real S3 or Azure server on this machine, beside rclone, which moves bytes and keeps no versions.</summary>
internal static class RemoteVerb
{
    public const string Rclone = "rclone";
    public const string Usage = "remote --server s3|azure --work DIR [--vers PATH] [--data DIR] [--rounds 5] [--scale F] [--seed N] [--workloads r-large,r-small | --delay MILLISECONDS] [--out FILE.tsv]";

    private const string Range = "1000000-2048575";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        string kind = arguments.Required("--server");
        string work = Directory.CreateDirectory(Path.GetFullPath(arguments.Required("--work"))).FullName;
        string data = Path.GetFullPath(arguments.Text("--data") ?? Path.Combine(work, "data"));
        double scale = arguments.Number("--scale", 1.0);
        ulong seed = arguments.Number("--seed", 1UL);
        TimeSpan delay = TimeSpan.FromMilliseconds(arguments.Number("--delay", 0.0));
        VersBuild build = VersBuild.Find(arguments.Text("--vers"), work);
        string run = Directory.CreateDirectory(Path.Combine(work, $"remote-{Environment.ProcessId}")).FullName;
        ResultLog log = new(arguments.Text("--out") is { } path ? Path.GetFullPath(path) : null);
        Conditions conditions = new($"{kind} server, {FileSystem.Of(work)}", scale, seed, build.Version);
        try
        {
            using BenchServer server = BenchServer.Start(kind, work);
            for (int round = 1; round <= arguments.Number("--rounds", 5); round++)
            {
                if (delay > TimeSpan.Zero)
                {
                    await new DelayedRound(log, conditions, server, build, delay, round, run, work).RunAsync(Source(RemoteData.Small));
                    continue;
                }

                foreach (string workload in arguments.List("--workloads", $"{RemoteData.Large},{RemoteData.Small}"))
                {
                    new RemoteRound(log, conditions, server, build, workload, round, run, work).Run(Source(workload), seed);
                }
            }

            return log.Close();
        }
        finally
        {
            Directory.Delete(run, recursive: true);
        }

        string Source(string workload)
        {
            string source = Path.Combine(data, FormattableString.Invariant($"{workload}-{scale}-{seed}"));
            if (!Directory.Exists(source))
            {
                RemoteData.Write(workload, source, seed, scale);
            }

            return source;
        }
    }

    /// <summary>All steps of one workload, both tools in turn within each.</summary>
    private sealed class RemoteRound(ResultLog log, Conditions conditions, BenchServer server, VersBuild build, string workload, int round, string run, string work)
    {
        private readonly string _bucket = $"b{Environment.ProcessId}-{round}-{workload}";

        public void Run(string original, ulong seed)
        {
            bool hasRclone = Shell.Has(Rclone);
            string source = Fresh("src");
            Shell shell = new(run, new Dictionary<string, string>(server.Environment)
            {
                ["SRC"] = source,
                ["STORE"] = server.StoreIn(_bucket),
                ["VERSIONING_CACHE"] = Path.Combine(run, "cache"),
            }, Path.Combine(work, "remote.log"), TimeSpan.FromMinutes(20));
            string vers = $"{Vers.Command(build.Path)} --store $STORE";
            Require(shell, $"cp -r '{original}/.' $SRC && rclone mkdir R:{_bucket} && rclone mkdir R:{_bucket}-r && rm -rf cache versions.json && {Vers.Command(build.Path)} init $STORE");

            Both(Operation.FirstCommit, $"{vers} commit datasets/x $SRC --json", $"rclone copy {server.RcloneFlags} $SRC R:{_bucket}-r");
            Require(shell, "rm -rf cache v r");
            Both(Operation.Fetch, $"{vers} fetch datasets/x -o v --json", $"rclone copy {server.RcloneFlags} R:{_bucket}-r r", checks: true);
            if (workload == RemoteData.Large)
            {
                Measure(Operation.OneFile, Vers.Compressed, $"{vers} cat datasets/x {RemoteData.LargeFile} --range {Range} > range");
            }

            RemoteData.Edit(workload, source, seed);
            Both(Operation.SecondCommit, $"{vers} commit datasets/x $SRC --json", $"rclone copy {server.RcloneFlags} $SRC R:{_bucket}-r");
            Both(Operation.Refetch, $"{vers} fetch datasets/x -o v --force --json", $"rclone copy {server.RcloneFlags} R:{_bucket}-r r", checks: true);
            Require(shell, $"rclone purge R:{_bucket}; rclone purge R:{_bucket}-r; rm -rf v r src cache");

            void Both(Operation operation, string ours, string theirs, bool checks = false)
            {
                // Who begins changes from round to round.
                if (round % 2 == 0 && hasRclone)
                {
                    Measure(operation, Rclone, theirs, checks ? "r" : null);
                }

                Measure(operation, Vers.Compressed, ours, checks ? "v" : null);
                if (round % 2 != 0 && hasRclone)
                {
                    Measure(operation, Rclone, theirs, checks ? "r" : null);
                }
            }

            void Measure(Operation operation, string tool, string command, string? gives = null)
            {
                DiskUsage all = DiskUsage.Of(source);
                FirstTouch.Run(run, operation is Operation.Fetch or Operation.Refetch ? all.Bytes : 0);
                Measurement cost = shell.Measure(command);
                string note = cost.ExitCode != 0 ? $"exit code {cost.ExitCode}"
                    : gives is null ? "" : FolderContent.Of(Path.Combine(run, gives)).Difference(FolderContent.Of(source));
                log.Add(new Result(conditions, round, workload, tool, operation) { Measurement = cost, Source = all, Note = note });
            }
        }

        private string Fresh(string name)
        {
            string folder = Path.Combine(run, name);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            return Directory.CreateDirectory(folder).FullName;
        }

        private void Require(Shell shell, string command)
        {
            if (shell.Run(command) != 0)
            {
                throw new UsageException($"A step failed: see {work}/remote.log.");
            }
        }
    }
}
