namespace Versioning;

/// <summary>What is copied with a version.</summary>
public sealed class CopyOptions
{
    /// <summary>Copy the versions that it was made from first, and theirs. Default: false, its record names them all the same.</summary>
    public bool WithInputs { get; init; }

    /// <summary>Give it the tags that it has here, as far as they are free there. Default: false.</summary>
    public bool WithTags { get; init; }

    /// <summary>
    /// Whether it is signed there, with that store's <see cref="VersionStoreOptions.Signer"/>; signatures of this store are not copied.
    /// Default: null, where that store demands it.
    /// </summary>
    public bool? Sign { get; init; }
}

/// <summary>A version that lies in both stores.</summary>
/// <param name="Source">What it is called in the store that it comes from.</param>
/// <param name="Pin">What it is called in the other one: the digest is the same, the number that store's own.</param>
/// <param name="Unchanged">Whether it was there already.</param>
/// <param name="StoredBytes">Bytes of packs that were added for it.</param>
/// <param name="Tags">Tags that were set with it.</param>
/// <param name="TagsTaken">Tags that name something else there and were left.</param>
public sealed record CopiedVersion(ArtifactPin Source, ArtifactPin Pin, bool Unchanged, long StoredBytes, IReadOnlyList<string> Tags, IReadOnlyList<string> TagsTaken);
