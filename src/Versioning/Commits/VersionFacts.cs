using Versioning.Journal;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>What a version records beside its files.</summary>
internal sealed record VersionFacts(
    string Author,
    string Message,
    CodeCommit? Code,
    IReadOnlyList<ArtifactPin> Inputs,
    IReadOnlyList<KeyValuePair<string, string>> Parameters,
    IReadOnlyList<KeyValuePair<string, double>> Metrics,
    IReadOnlyList<KeyValuePair<string, string>> Metadata)
{
    internal VersionRecord Record(string artifact, ArtifactKind kind, ManifestRoot root, DateTimeOffset created, RunRecord? run = null) =>
        new(artifact, kind, root.Digest, root.Files, root.Bytes, created, Author, Message, ToolVersion.Text, Code, Inputs, Parameters, Metrics, Metadata, run);

    /// <summary>As records have them.</summary>
    internal static IReadOnlyList<KeyValuePair<string, T>> Sorted<T>(IEnumerable<KeyValuePair<string, T>> map) => [.. map.OrderBy(p => p.Key, StringComparer.Ordinal)];
}
