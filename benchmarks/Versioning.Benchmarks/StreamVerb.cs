using System.Diagnostics;
using System.Globalization;
using Versioning.Benchmarks.Comparing;
using Versioning.Benchmarks.Measuring;

namespace Versioning.Benchmarks;

/// <summary>Reads all files of a version through the library, verified and without making one, beside tar of the same folder.</summary>
internal static class StreamVerb
{
    public const string Usage = "stream --store DIR --ref REFERENCE [--folder DIR] [--rounds 5]";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        string store = arguments.Required("--store");
        string reference = arguments.Required("--ref");
        int rounds = arguments.Number("--rounds", 5);
        List<(double Wall, double Processor)> ours = [];
        List<(double Wall, double Processor)> tar = [];
        long bytes = 0;
        for (int round = 0; round < rounds; round++)
        {
            PageCache.Warm(store);
            (bytes, Measurement streamed) = await StreamAsync(store, reference);
            ours.Add((streamed.Wall, streamed.Processor));
            if (arguments.Text("--folder") is { } folder)
            {
                PageCache.Warm(folder);
                Dictionary<string, string> names = new() { ["FOLDER"] = Path.GetFullPath(folder) };
                Measurement packed = new Shell("/", names, "/dev/null", TimeSpan.FromMinutes(10)).Measure("tar -C \"$FOLDER\" -cf - . | wc -c");
                tar.Add((packed.Wall, packed.Processor));
            }
        }

        Console.WriteLine("| | wall s | GB/s | CPU s/GB |\n|---|--:|--:|--:|");
        Print("vers, streamed", ours, bytes);
        if (tar.Count > 0)
        {
            Print("tar to a pipe", tar, bytes);
        }

        Console.WriteLine(FormattableString.Invariant($"\n{bytes} bytes; the first round, {ours[0].Wall:F3} s, includes compilation; peak of this process {PeakMemory()}"));
        return 0;
    }

    private static async Task<(long Bytes, Measurement Measurement)> StreamAsync(string location, string reference)
    {
        TimeSpan user = Environment.CpuUsage.UserTime;
        TimeSpan system = Environment.CpuUsage.PrivilegedTime;
        long start = Stopwatch.GetTimestamp();
        long bytes = 0;
        await using (VersionStore store = await VersionStore.OpenAsync(location))
        {
            await foreach (FileContent file in store.ReadFilesAsync(reference))
            {
                bytes += file.Content.Length;
            }
        }

        return (bytes, new Measurement(
            0,
            Stopwatch.GetElapsedTime(start).TotalSeconds,
            (Environment.CpuUsage.UserTime - user).TotalSeconds,
            (Environment.CpuUsage.PrivilegedTime - system).TotalSeconds,
            0));
    }

    private static void Print(string name, List<(double Wall, double Processor)> rounds, long bytes)
    {
        double wall = Report.Median(rounds.Select(round => round.Wall));
        double processor = Report.Median(rounds.Select(round => round.Processor));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {wall:F3} | {bytes / 1e9 / wall:F2} | {processor / (bytes / 1e9):F2} |"));
    }

    private static string PeakMemory() =>
        File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))[6..].Trim()
            : $"{Process.GetCurrentProcess().PeakWorkingSet64 / 1024} kB";
}
