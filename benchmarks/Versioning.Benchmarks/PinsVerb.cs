using Versioning.Benchmarks.Comparing;
using Versioning.Benchmarks.Comparing.Tools;
using Versioning.Benchmarks.Measuring;
using Versioning.Benchmarks.Workloads;

namespace Versioning.Benchmarks;

/// <summary>Pins of a workspace: status of many unchanged files beside git's, and restoring from a warm cache beside cp.</summary>
internal static class PinsVerb
{
    public const string Git = "git";
    public const string Cp = "cp";
    public const string First = "vers-first";
    public const string Many = "p-many";
    public const string Large = "p-large";
    public const string Usage = "pins --work DIR [--vers PATH] [--rounds 5] [--scale F] [--seed N] [--out FILE.tsv]";

    private const int ManyFiles = 100_000;
    private const int LargeFiles = 1000;
    private const int LargeLength = 4 * 1024 * 1024;

    public static int Run(Arguments arguments)
    {
        string work = Directory.CreateDirectory(Path.GetFullPath(arguments.Required("--work"))).FullName;
        double scale = arguments.Number("--scale", 1.0);
        ulong seed = arguments.Number("--seed", 1UL);
        VersBuild build = VersBuild.Find(arguments.Text("--vers"), work);
        string run = Directory.CreateDirectory(Path.Combine(work, $"pins-{Environment.ProcessId}")).FullName;
        ResultLog log = new(arguments.Text("--out") is { } path ? Path.GetFullPath(path) : null);
        Conditions conditions = new(FileSystem.Of(work), scale, seed, build.Version);
        string vers = Vers.Command(build.Path);
        Shell shell = new(run, new Dictionary<string, string>
        {
            ["VERSIONING_CACHE"] = Path.Combine(run, "cache"),
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_AUTHOR_NAME"] = "b",
            ["GIT_AUTHOR_EMAIL"] = "b@localhost",
            ["GIT_COMMITTER_NAME"] = "b",
            ["GIT_COMMITTER_EMAIL"] = "b@localhost",
        }, Path.Combine(work, "pins.log"), TimeSpan.FromMinutes(20));
        try
        {
            // The same tree twice: as a git checkout with a warm index, and as a pin that was restored.
            TinyFiles.Write(Path.Combine(run, "many"), seed, (int)(ManyFiles * scale));
            WriteLarge(Path.Combine(run, "large"), seed, (int)(LargeFiles * scale));
            Require($"{vers} init store && {vers} commit datasets/many many -q && {vers} commit datasets/large large -q && {vers} pin datasets/many in/many && {vers} pin datasets/large in/large && {vers} restore -q");
            // Without a collection in the background, which would run beside what is measured.
            Require("cp -r many git && cd git && git init -q && git config gc.auto 0 && git add -A && git commit -qm x && git status");
            for (int round = 1; round <= arguments.Number("--rounds", 5); round++)
            {
                Require("rm -f cache/files/*-stamps");
                Measure(round, Many, First, Operation.Status, $"{vers} status datasets/many --check");
                Both(round, Many, Operation.Status, $"{vers} status datasets/many --check", Git, "cd git && git status --porcelain");
                Require("rm -rf in/large copy");
                Both(round, Large, Operation.Restore, $"{vers} restore datasets/large --offline -q", Cp, "cp -r large copy");
            }

            return log.Close();
        }
        finally
        {
            Directory.Delete(run, recursive: true);
        }

        void Both(int round, string workload, Operation operation, string ours, string peer, string theirs)
        {
            // Who begins changes from round to round.
            (string, string)[] steps = [(Vers.Compressed, ours), (peer, theirs)];
            foreach ((string tool, string command) in round % 2 == 0 ? steps.Reverse() : steps)
            {
                Measure(round, workload, tool, operation, command);
            }
        }

        void Measure(int round, string workload, string tool, Operation operation, string command)
        {
            Measurement cost = shell.Measure(command);
            log.Add(new Result(conditions, round, workload, tool, operation)
            {
                Measurement = cost,
                Source = DiskUsage.Of(Path.Combine(run, workload == Many ? "many" : "large")),
                Note = cost.ExitCode == 0 ? "" : $"exit code {cost.ExitCode}",
            });
        }

        void Require(string command)
        {
            if (shell.Run(command) != 0)
            {
                throw new UsageException($"A step failed: see {work}/pins.log.");
            }
        }
    }

    private static void WriteLarge(string folder, ulong seed, int count)
    {
        Directory.CreateDirectory(folder);
        Xoshiro random = Xoshiro.For(seed, Purpose.Tiny);
        byte[] bytes = new byte[LargeLength];
        for (int i = 0; i < count; i++)
        {
            random.Fill(bytes);
            File.WriteAllBytes(Path.Combine(folder, $"{i:D4}.bin"), bytes);
        }
    }
}
