using System.Diagnostics;
using System.Globalization;

namespace Versioning.Benchmarks.Measuring;

/// <summary>Runs shell commands in one folder with one environment, their output appended to a log.</summary>
internal sealed class Shell(string folder, IReadOnlyDictionary<string, string> environment, string log, TimeSpan timeLimit)
{
    /// <summary>Exit code of a command that ran into the time limit, as timeout(1) has it.</summary>
    public const int TimedOut = 124;

    /// <summary>Runs a command that is not measured.</summary>
    public int Run(string command) => Start("sh", ["-c", Logged(command)]);

    /// <summary>Runs a command under time(1), which is small itself, so that its own memory does not count.</summary>
    public Measurement Measure(string command)
    {
        string costs = Path.GetTempFileName();
        try
        {
            long start = Stopwatch.GetTimestamp();
            int exitCode = Start("time", ["-q", "-o", costs, "-f", "%U %S %M", "sh", "-c", Logged(command)]);
            double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
            string[] words = File.ReadAllText(costs).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            double[] values = words.Length == 3 ? [.. words.Select(word => double.Parse(word, CultureInfo.InvariantCulture))] : [0, 0, 0];
            return new Measurement(exitCode, wall, values[0], values[1], (long)values[2] * 1024);
        }
        finally
        {
            File.Delete(costs);
        }
    }

    /// <summary>What a command prints on its standard output.</summary>
    public static string Output(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    /// <summary>Whether a program is on the path, or is a file.</summary>
    public static bool Has(string program) =>
        program.Contains('/') ? File.Exists(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private string Logged(string command) => $"exec >>'{log}' 2>&1; {command}";

    private int Start(string program, string[] arguments)
    {
        File.AppendAllText(log, $"\n$ {arguments[^1]}\n");
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        if (process.WaitForExit(timeLimit))
        {
            return process.ExitCode;
        }

        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        return TimedOut;
    }
}
