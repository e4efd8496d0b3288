using System.Diagnostics;
using Versioning.Benchmarks.Workloads;

namespace Versioning.Benchmarks;

internal static class GenerateVerb
{
    public const string Usage = "generate <w1|w2|w3|w3b|w4|w4b> <dest> [--scale F] [--seed N]";

    public static int Run(Arguments arguments)
    {
        if (arguments.Plain is not [string name, string destination])
        {
            throw new UsageException(Usage);
        }

        long start = Stopwatch.GetTimestamp();
        Generator.Write(name, Path.GetFullPath(destination), arguments.Number("--seed", 1UL), arguments.Number("--scale", 1.0));
        Console.WriteLine($"{name} in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
        return 0;
    }
}
