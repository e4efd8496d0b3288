namespace Versioning.Storage;

/// <summary>Which object store a path or URI means.</summary>
internal static class StoreLocation
{
    internal static ObjectStore Open(string location)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        int scheme = location.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return new LocalDiskStore(location);
        }

        return Uri.TryCreate(location, UriKind.Absolute, out Uri? uri) && uri.IsFile
            ? new LocalDiskStore(uri.LocalPath)
            : throw new VersioningException("unknown_scheme", $"No store is known for '{location[..scheme]}://'.", "Use a path or a file: URI.");
    }
}
