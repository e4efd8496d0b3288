namespace Versioning.Benchmarks.Measuring;

/// <summary>What one command cost. Times are in seconds; the processor's are of the command and all its children.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Wall">From start to exit.</param>
/// <param name="User">Processor time outside the kernel.</param>
/// <param name="System">Processor time inside the kernel.</param>
/// <param name="PeakBytes">The resident memory of the largest process at its peak.</param>
internal readonly record struct Measurement(int ExitCode, double Wall, double User, double System, long PeakBytes)
{
    public double Processor => User + System;
}
