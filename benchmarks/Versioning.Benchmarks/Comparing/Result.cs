using Versioning.Benchmarks.Measuring;

namespace Versioning.Benchmarks.Comparing;

/// <summary>One measured command of one tool in one round.</summary>
/// <param name="Round">The round, from 1.</param>
/// <param name="Workload">w1, w3 or w4.</param>
/// <param name="Tool">The tool's name.</param>
/// <param name="Operation">What it did.</param>
/// <param name="Measurement">What that cost.</param>
/// <param name="NewBytes">By how much the repository's files grew.</param>
/// <param name="Repository">What lies in the repository now.</param>
/// <param name="Source">What the source has now.</param>
/// <param name="Note">What went wrong, or empty.</param>
internal sealed record Result(
    int Round,
    string Workload,
    string Tool,
    Operation Operation,
    Measurement Measurement,
    long NewBytes,
    DiskUsage Repository,
    DiskUsage Source,
    string Note)
{
    public bool Succeeded => Note.Length == 0;
}
