using BenchmarkDotNet.Running;

namespace Versioning.Benchmarks;

internal static class MicroVerb
{
    public const string Usage = "micro [BenchmarkDotNet's own arguments, such as --filter '*Hash*']";

    public static int Run(string[] arguments)
    {
        BenchmarkSwitcher.FromAssembly(typeof(MicroVerb).Assembly).Run(arguments);
        return 0;
    }
}
