using Versioning.Benchmarks.Comparing;
using Versioning.Benchmarks.Comparing.Tools;
using Versioning.Benchmarks.Measuring;
using Versioning.Tests.Servers.Proxy;

namespace Versioning.Benchmarks.Remote;

/// <summary>
/// Commits many small files to a store, and fetches one of them anew, with a delay on every request and without one; both
/// through the same proxy, so that the delay is all that differs.
/// </summary>
internal sealed class DelayedRound(ResultLog log, Conditions conditions, BenchServer server, VersBuild build, TimeSpan delay, int round, string run, string work)
{
    public const string Tool = "vers-delayed";

    public async Task RunAsync(string source)
    {
        await using FaultProxy proxy = new(server.Address);

        // Who begins changes from round to round.
        foreach (bool delayed in round % 2 == 0 ? [true, false] : (bool[])[false, true])
        {
            Run(proxy, source, delayed);
        }
    }

    private void Run(FaultProxy proxy, string source, bool delayed)
    {
        string bucket = $"b{Environment.ProcessId}-{round}-{(delayed ? "delayed" : "plain")}";
        Shell shell = new(run, new Dictionary<string, string>(server.EnvironmentThrough(proxy.Endpoint))
        {
            ["SRC"] = source,
            ["STORE"] = server.StoreIn(bucket),
            ["ONE"] = RemoteData.OneSmallFile,
            ["VERSIONING_CACHE"] = Path.Combine(run, "cache"),
        }, Path.Combine(work, "remote.log"), TimeSpan.FromMinutes(20));
        string vers = $"{Vers.Command(build.Path)} --store $STORE";
        Require($"{RemoteVerb.Rclone} mkdir R:{bucket} && rm -rf cache one versions.json && {Vers.Command(build.Path)} init $STORE");
        PageCache.Warm(source);
        Measure(Operation.FirstCommit, $"{vers} commit datasets/x $SRC --json");
        Require("rm -rf cache");
        Measure(Operation.OneFile, $"{vers} fetch datasets/x --include $ONE -o one --json && cmp one/$ONE $SRC/$ONE");
        Require($"{RemoteVerb.Rclone} purge R:{bucket}; rm -rf one cache");

        void Measure(Operation operation, string command)
        {
            proxy.Forget();
            proxy.Delay = delayed ? delay : TimeSpan.Zero;
            Measurement cost = shell.Measure(command);
            proxy.Delay = TimeSpan.Zero;
            log.Add(new Result(conditions, round, RemoteData.Delayed, delayed ? Tool : Vers.Compressed, operation)
            {
                Measurement = cost,
                Source = DiskUsage.Of(source),
                Note = cost.ExitCode == 0 ? "" : $"exit code {cost.ExitCode}",
            });
            Console.WriteLine($"  {proxy.Requests.Count} requests, {ProxiedRequest.LongestChain(proxy.Requests)} of them one after another");
        }

        void Require(string command)
        {
            if (shell.Run(command) != 0)
            {
                throw new UsageException($"A step failed: see {work}/remote.log.");
            }
        }
    }
}
