namespace Versioning;

/// <summary>How a fetch goes about the target folder.</summary>
public sealed class FetchOptions
{
    /// <summary>Globs; only matching paths are fetched. Default: all.</summary>
    public IList<string> Include { get; init; } = [];

    /// <summary>Replace files that are there with other bytes. Default: false, they are a conflict.</summary>
    public bool Force { get; init; }

    /// <summary>Read every file that is there even where the file cache knows it. Default: false.</summary>
    public bool Rehash { get; init; }
}

/// <summary>What a fetch did.</summary>
/// <param name="Version">The version that lies in the target now.</param>
/// <param name="Path">The target folder, as a full path.</param>
/// <param name="Files">Files of the version in the target.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Written">Files that had to be written; the others were there already.</param>
public sealed record FetchResult(ArtifactVersion Version, string Path, long Files, long Bytes, long Written);
