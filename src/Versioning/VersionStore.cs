using Versioning.Storage;

namespace Versioning;

/// <summary>
/// A store of versioned datasets and models: commits folders and files as versions, and gives any exact version back,
/// verified byte by byte. Safe for use from many threads at once.
/// </summary>
public sealed partial class VersionStore : IAsyncDisposable
{
    /// <summary>Opens the store at a path or URI.</summary>
    /// <exception cref="NotFoundException">There is no store.</exception>
    public static Task<VersionStore> OpenAsync(string location, VersionStoreOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Opens the store that some objects make up.</summary>
    public static Task<VersionStore> OpenAsync(ObjectStore objects, VersionStoreOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Makes a store at a path or URI, or opens the one that is there.</summary>
    public static Task<VersionStore> CreateAsync(string location, VersionStoreOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Makes a store of these objects, or opens the one that is there.</summary>
    public static Task<VersionStore> CreateAsync(ObjectStore objects, VersionStoreOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Where the store is; never holds a credential.</summary>
    public string Location => throw new NotImplementedException();

    /// <summary>The store's random id: 32 hexadecimal digits.</summary>
    public string Id => throw new NotImplementedException();

    /// <summary>Publishes a folder or a file as a new version of an artifact.</summary>
    public Task<CommitResult> CommitAsync(string artifact, string path, CommitOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Finds the version that a reference names now.</summary>
    public Task<ArtifactVersion> ResolveAsync(ArtifactReference reference, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Writes the files of a version into a folder, verified. A version of one file committed as a file is fetched into the folder too.</summary>
    public Task<FetchResult> FetchAsync(ArtifactReference reference, string target, FetchOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Opens one file of a version as a seekable read-only stream that reads and verifies only the chunks it touches.</summary>
    public Task<Stream> OpenReadAsync(ArtifactReference reference, string path, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Reads a range of one file, verified.</summary>
    /// <returns>How many bytes were read: less than the destination's length only at the end of the file.</returns>
    public Task<int> ReadRangeAsync(ArtifactReference reference, string path, long offset, Memory<byte> destination, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Streams the files that match a glob, verified, in the order in which they lie in packs, without creating any file.</summary>
    public IAsyncEnumerable<FileContent> ReadFilesAsync(ArtifactReference reference, string glob = "**", CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>The files of a version that match a glob, in the byte order of their paths.</summary>
    public IAsyncEnumerable<FileEntry> ListFilesAsync(ArtifactReference reference, string glob = "**", CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>All artifacts by name.</summary>
    public IAsyncEnumerable<ArtifactSummary> ListArtifactsAsync(CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>The versions of an artifact, newest first.</summary>
    public IAsyncEnumerable<ArtifactVersion> LogAsync(string artifact, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>The paths in which two versions differ, in byte order; reads only what differs.</summary>
    public IAsyncEnumerable<FileChange> DiffAsync(ArtifactReference before, ArtifactReference after, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Checks every byte of the store, or of what one version needs.</summary>
    public Task<VerifyReport> VerifyAsync(VerifyOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Gives a version a tag, which never moves.</summary>
    /// <returns>True: set now. False: the tag already names that very version.</returns>
    /// <exception cref="ConflictException">The tag names another version, or is the name of an alias.</exception>
    public Task<bool> TagAsync(ArtifactReference reference, string tag, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Moves an alias.</summary>
    /// <param name="artifact">The artifact.</param>
    /// <param name="alias">The alias; made where it does not exist.</param>
    /// <param name="target">The version; <c>7</c>, <c>1.4.0</c> or <c>@7</c> are taken within the artifact.</param>
    /// <param name="expected">The version that the alias must name now, as for <paramref name="target"/>; empty: it must not exist; null: no condition.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>False where the alias is not where it was expected: the race was lost and nothing moved.</returns>
    public Task<bool> MoveAliasAsync(string artifact, string alias, ArtifactReference target, string? expected = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Everything that was ever decided in this store, oldest first.</summary>
    public IAsyncEnumerable<AuditRecord> AuditAsync(string? artifact = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
