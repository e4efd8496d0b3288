using Versioning.Storage;

namespace Versioning;

/// <summary>Which store an application uses and how, as it stands in its configuration.</summary>
/// <remarks>
/// Bound from the section <c>Versioning</c>, for a named store from <c>Versioning:Stores:&lt;name&gt;</c>; what code sets
/// takes precedence. Checked when the application starts.
/// </remarks>
public sealed class VersioningOptions
{
    /// <summary>A path, relative to the current directory, or a URI, as <see cref="VersionStore.OpenAsync(string, VersionStoreOptions?, CancellationToken)"/> takes it. Never holds a credential.</summary>
    public string? Location { get; set; }

    /// <summary>As <see cref="VersionStoreOptions.Author"/>.</summary>
    public string? Author { get; set; }

    /// <summary>As <see cref="VersionStoreOptions.CacheDirectory"/>.</summary>
    public string? CacheDirectory { get; set; }

    /// <summary>As <see cref="VersionStoreOptions.MetadataCacheBytes"/>.</summary>
    public long MetadataCacheBytes { get; set; } = new VersionStoreOptions().MetadataCacheBytes;

    /// <summary>As <see cref="VersionStoreOptions.ContentCacheBytes"/>.</summary>
    public long ContentCacheBytes { get; set; } = new VersionStoreOptions().ContentCacheBytes;

    /// <summary>As <see cref="VersionStoreOptions.Concurrency"/>.</summary>
    public int Concurrency { get; set; } = Environment.ProcessorCount;

    /// <summary>As <see cref="VersionStoreOptions.Requests"/>.</summary>
    public int Requests { get; set; } = new VersionStoreOptions().Requests;

    /// <summary>As <see cref="VersionStoreOptions.TrustedKeys"/>; in configuration an array of ids, each <c>sha256:</c> and 64 digits.</summary>
    public IReadOnlyList<Digest> TrustedKeys { get; set; } = [];

    /// <summary>As <see cref="VersionStoreOptions.Signer"/>; in code only.</summary>
    public SigningKey? Signer { get; set; }

    /// <summary>Makes the objects of the store, where code says which; then no location is needed.</summary>
    internal Func<IServiceProvider, ObjectStore>? Objects { get; set; }
}
