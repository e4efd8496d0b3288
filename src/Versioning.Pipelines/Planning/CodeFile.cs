namespace Versioning.Pipelines.Planning;

/// <summary>A file of the workspace that a stage depends on.</summary>
internal sealed record CodeFile(string Path, FileKind Kind, Digest Sha256);
