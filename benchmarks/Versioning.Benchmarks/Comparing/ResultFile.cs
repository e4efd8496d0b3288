using System.Globalization;
using Versioning.Benchmarks.Measuring;

namespace Versioning.Benchmarks.Comparing;

/// <summary>Results as tab-separated values: appended as they come, and read back, so that runs can be joined.</summary>
internal static class ResultFile
{
    private static readonly string[] Columns =
    [
        "when", "build", "place", "scale", "seed", "round", "workload", "tool", "operation", "exit", "wall_s", "user_s", "sys_s", "peak_bytes",
        "new_bytes", "stored_bytes", "stored_on_disk", "stored_files", "source_bytes", "source_files", "content_bytes", "reads", "read_bytes", "load", "note",
    ];

    public static void Append(string path, Result result)
    {
        if (!File.Exists(path))
        {
            File.WriteAllText(path, string.Join('\t', Columns) + "\n");
        }

        Measurement cost = result.Measurement;
        object?[] values =
        [
            DateTime.UtcNow.ToString("s", CultureInfo.InvariantCulture) + "Z", result.Conditions.Build, result.Conditions.Place, result.Conditions.Scale, result.Conditions.Seed, result.Round,
            result.Workload, result.Tool, result.Operation, cost.ExitCode, cost.Wall.ToString("F4", CultureInfo.InvariantCulture), cost.User, cost.System, cost.PeakBytes,
            result.NewBytes, result.Repository.Bytes, result.Repository.BytesOnDisk, result.Repository.Files, result.Source.Bytes, result.Source.Files,
            result.ContentBytes, result.Reads, result.ReadBytes, Load(), result.Note,
        ];
        File.AppendAllText(path, string.Join('\t', values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture))) + "\n");
    }

    public static IEnumerable<Result> Read(string path)
    {
        foreach (string line in File.ReadLines(path).Skip(1))
        {
            string[] values = line.Split('\t');
            if (values.Length != Columns.Length)
            {
                throw new UsageException($"{path} has a line with {values.Length} columns instead of {Columns.Length}.");
            }

            string Text(string column) => values[Array.IndexOf(Columns, column)];
            long Long(string column) => long.Parse(Text(column), CultureInfo.InvariantCulture);
            long? Maybe(string column) => Text(column).Length == 0 ? null : Long(column);
            double Double(string column) => double.Parse(Text(column), CultureInfo.InvariantCulture);
            Conditions conditions = new(Text("place"), Double("scale"), (ulong)Long("seed"), Text("build"));
            yield return new Result(conditions, (int)Long("round"), Text("workload"), Text("tool"), Enum.Parse<Operation>(Text("operation")))
            {
                Measurement = new((int)Long("exit"), Double("wall_s"), Double("user_s"), Double("sys_s"), Long("peak_bytes")),
                NewBytes = Long("new_bytes"),
                Repository = new(Long("stored_files"), Long("stored_bytes"), Long("stored_on_disk")),
                Source = new(Long("source_files"), Long("source_bytes"), 0),
                ContentBytes = Maybe("content_bytes"),
                Reads = Maybe("reads"),
                ReadBytes = Maybe("read_bytes"),
                Note = Text("note"),
            };
        }
    }

    /// <summary>How busy the machine was in the last minute, this program's own work included.</summary>
    private static string Load() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "";
}
