namespace Versioning.Pipelines.Running;

/// <summary>What a run makes: an artifact, and the full path of its folder or file.</summary>
internal sealed record RunProduct(string Artifact, string Path, CommitOptions? Options);
