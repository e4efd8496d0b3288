namespace Versioning.Capture;

/// <summary>Something about the surroundings that is not as it was.</summary>
/// <param name="Name">What, by its name in <see cref="RunEnvironment"/>.</param>
/// <param name="Recorded">How it was; null where it was not known.</param>
/// <param name="Now">How it is; null where it is not known.</param>
internal readonly record struct EnvironmentDifference(string Name, string? Recorded, string? Now);
