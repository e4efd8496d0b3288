using Versioning.Benchmarks.Measuring;

namespace Versioning.Benchmarks.Comparing;

/// <summary>One measured command of one tool in one round.</summary>
internal sealed record Result(Conditions Conditions, int Round, string Workload, string Tool, Operation Operation)
{
    /// <summary>What it cost.</summary>
    public Measurement Measurement { get; init; }

    /// <summary>By how much the repository's files grew.</summary>
    public long NewBytes { get; init; }

    /// <summary>What lies in the repository now.</summary>
    public DiskUsage Repository { get; init; }

    /// <summary>What the source has now.</summary>
    public DiskUsage Source { get; init; }

    /// <summary>How many of the new bytes are files' own; null where that is not known.</summary>
    public long? ContentBytes { get; init; }

    /// <summary>Objects or ranges that were read from the store; null where nobody counted.</summary>
    public long? Reads { get; init; }

    /// <summary>Bytes that were read from the store.</summary>
    public long? ReadBytes { get; init; }

    /// <summary>What went wrong, or empty.</summary>
    public string Note { get; init; } = "";

    public bool Succeeded => Note.Length == 0;
}
