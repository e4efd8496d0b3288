using System.Diagnostics;
using Versioning.Benchmarks.Measuring;
using Versioning.Benchmarks.Remote;
using Versioning.Benchmarks.Soaking;

namespace Versioning.Benchmarks;

/// <summary>Many processes at work on one store while others of them are killed and stopped, and whether everything holds that is promised.</summary>
internal static class SoakVerb
{
    public const string Usage = """
        soak --work DIR [--server s3|azure] [--seconds 120] [--rounds 3] [--writers 6] [--seed 1]
                [--kills 0.3] [--pauses 0.05] [--keys 40] [--vers PATH]
        """;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        string work = Directory.CreateDirectory(Path.GetFullPath(arguments.Required("--work"))).FullName;
        var program = VersBuild.Find(arguments.Text("--vers"), work);
        string root = Directory.CreateDirectory(Path.Combine(work, FormattableString.Invariant($"soak-{Environment.ProcessId}"))).FullName;
        using BenchServer? server = arguments.Text("--server") is { } kind ? BenchServer.Start(kind, work) : null;
        if (server is not null && new Shell(work, server.Environment, Path.Combine(root, "soak.log"), TimeSpan.FromMinutes(1)).Run("rclone mkdir R:soak") != 0)
        {
            throw new UsageException($"rclone could not make a place for the store: see {root}/soak.log.");
        }

        var place = new SoakPlace(root, server?.StoreIn("soak") ?? Path.Combine(root, "store"), server?.Environment ?? new Dictionary<string, string>());
        using var stop = new StopSignal(double.PositiveInfinity);
        using var history = new History(Path.Combine(root, "history.jsonl"));
        int findings = 0;
        void Found(string what)
        {
            Interlocked.Increment(ref findings);
            Console.WriteLine($"  FOUND {what}");
        }

        var calls = new VersCalls(program.Path, place.Environment, history, new Pacing(arguments.Number("--kills", 0.3), arguments.Number("--pauses", 0.05))) { Found = Found };
        int writers = arguments.Number("--writers", 6), keys = arguments.Number("--keys", 40), seed = arguments.Number("--seed", 1);
        Console.WriteLine($"{program.Version} on {place.Store}, seed {seed}");
        await place.PrepareAsync(calls, writers);
        var leftovers = new Leftovers(place);
        for (int round = 1; round <= arguments.Number("--rounds", 3) && !stop.Token.IsCancellationRequested; round++)
        {
            int before = history.Calls.Length;
            using (var end = CancellationTokenSource.CreateLinkedTokenSource(stop.Token))
            {
                end.CancelAfter(TimeSpan.FromSeconds(arguments.Number("--seconds", 120)));
                await Task.WhenAll(Enumerable.Range(1, writers).Select(number => new Writer(place, calls, number, HashCode.Combine(seed, round), keys) { Found = Found }.RunAsync(end.Token)));
            }

            Tell(round, history.Calls[before..]);
            long start = Stopwatch.GetTimestamp();
            await new RoundCheck(place, calls, leftovers, keys, Found).RunAsync();
            Console.WriteLine(FormattableString.Invariant($"  checked in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s; {findings} findings so far"));
        }

        if (findings == 0)
        {
            Directory.Delete(root, recursive: true);
            return 0;
        }

        Console.WriteLine($"What was left: {root}");
        return 1;
    }

    private static void Tell(int round, Call[] calls)
    {
        Console.WriteLine($"round {round}: {calls.Length} calls, {calls.Count(call => call.ExitCode is null)} killed, {calls.Count(call => call.WasPaused)} stopped for a while");
        foreach (IGrouping<string, Call> kind in calls.GroupBy(call => call.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var codes = kind.Where(call => call.ExitCode > 0).GroupBy(call => $"{call.ExitCode} {call.ErrorCode}").Select(group => $"{group.Key} × {group.Count()}");
            Console.WriteLine($"  {kind.Key}: {kind.Count()}, {kind.Count(call => call.ExitCode is null)} killed{string.Concat(codes.Select(code => $"; {code}"))}");
        }
    }
}
