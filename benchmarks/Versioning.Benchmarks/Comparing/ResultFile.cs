using System.Globalization;

namespace Versioning.Benchmarks.Comparing;

/// <summary>Appends results to a table of tab-separated values as they come.</summary>
internal sealed class ResultFile(string path, string place, double scale)
{
    private const string Header = "when\tplace\tscale\tround\tworkload\ttool\toperation\texit\twall_s\tuser_s\tsys_s\tpeak_mib"
        + "\tnew_bytes\trepo_bytes\trepo_disk\trepo_files\tsource_bytes\tsource_files\tload\tnote";

    public void Append(Result result)
    {
        if (!File.Exists(path))
        {
            File.WriteAllText(path, Header + "\n");
        }

        File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:s}Z\t{place}\t{scale}\t{result.Round}\t{result.Workload}\t{result.Tool}\t{result.Operation}\t{result.Measurement.ExitCode}")
            + string.Create(CultureInfo.InvariantCulture,
            $"\t{result.Measurement.Wall:F3}\t{result.Measurement.User:F2}\t{result.Measurement.System:F2}\t{result.Measurement.PeakBytes / 1048576.0:F0}")
            + string.Create(CultureInfo.InvariantCulture,
            $"\t{result.NewBytes}\t{result.Repository.Bytes}\t{result.Repository.BytesOnDisk}\t{result.Repository.Files}\t{result.Source.Bytes}\t{result.Source.Files}")
            + $"\t{Load()}\t{result.Note}\n");
    }

    /// <summary>How busy the machine was in the last minute, this program's own work included.</summary>
    private static string Load() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "";
}
