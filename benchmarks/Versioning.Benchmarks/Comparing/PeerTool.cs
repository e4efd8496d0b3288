using Versioning.Benchmarks.Measuring;

namespace Versioning.Benchmarks.Comparing;

/// <summary>One way to keep versions of data, as shell commands.</summary>
internal sealed record PeerTool(string Name, IReadOnlyList<Step> Steps)
{
    /// <summary>The programs it needs.</summary>
    public required IReadOnlyList<string> Programs { get; init; }

    /// <summary>Makes an empty repository.</summary>
    public required string Setup { get; init; }

    /// <summary>Where it keeps the data, below its own folder.</summary>
    public string Repository { get; init; } = "repo";

    /// <summary>Whether the data has to lie inside its checkout, <c>$T/work/data</c>, instead of anywhere.</summary>
    public bool InCheckout { get; init; }

    /// <summary>The workloads in which it takes part unless it is asked for by its full name.</summary>
    public IReadOnlyList<string> Workloads { get; init; } = ["w1", "w3", "w4"];

    /// <summary>Variables for its commands; <c>$T</c> stands for its own folder.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The programs that it needs and this machine lacks.</summary>
    public string[] Missing() => [.. Programs.Where(program => !Shell.Has(program))];
}
