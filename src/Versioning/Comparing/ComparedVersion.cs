namespace Versioning.Comparing;

/// <summary>A version with what is known of how it was made.</summary>
/// <param name="Version">The version.</param>
/// <param name="Run">What the run did that it is, or that made it; null where no run did.</param>
/// <param name="Patch">The digest of what the code had beside its commit, where the run kept that.</param>
internal sealed record ComparedVersion(ArtifactVersion Version, RunDetails? Run, Digest? Patch);
