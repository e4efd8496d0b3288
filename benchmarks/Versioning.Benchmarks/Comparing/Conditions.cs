namespace Versioning.Benchmarks.Comparing;

/// <summary>What all results of one run have in common.</summary>
/// <param name="Place">The file system on which the repositories lay.</param>
/// <param name="Scale">The share of the full workload.</param>
/// <param name="Seed">The seed of its bytes.</param>
/// <param name="Build">The build of vers under test.</param>
internal sealed record Conditions(string Place, double Scale, ulong Seed, string Build);
