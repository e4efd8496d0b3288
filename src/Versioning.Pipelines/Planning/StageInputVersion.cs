using Versioning.Pipelines.Defining;

namespace Versioning.Pipelines.Planning;

/// <summary>Where the files of an input are.</summary>
internal enum InputSource
{
    /// <summary>Where the stage that makes it has left them.</summary>
    Output,

    /// <summary>In the folder of a pin.</summary>
    Pin,

    /// <summary>Where the stage wants them in the workspace.</summary>
    Workspace,

    /// <summary>In this machine's cache.</summary>
    Cache,
}

/// <summary>The version that an input means now.</summary>
/// <param name="Input">The input.</param>
/// <param name="Version">The version.</param>
/// <param name="Source">Where its files are, or will be.</param>
/// <param name="Path">Their folder or file, relative to the workspace; null for the cache.</param>
/// <param name="Include">Globs of the paths that are wanted; empty: all.</param>
internal sealed record StageInputVersion(StageInput Input, ArtifactVersion Version, InputSource Source, string? Path, IReadOnlyList<string> Include);
