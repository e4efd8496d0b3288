using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Versioning.Storage.Http;

namespace Versioning.Storage;

/// <summary>Which object store a path or URI means.</summary>
/// <remarks>
/// Stores that need a cloud's client lie in packages of their own, found by name: whoever references the package can
/// name such a store wherever a store is named. Each has a public static <c>Open(string)</c>.
/// </remarks>
internal static class StoreLocation
{
    internal static ObjectStore Open(string location) => Find(location)();

    /// <summary>What opens the store, without doing it.</summary>
    /// <exception cref="VersioningException">Nothing can open it.</exception>
    internal static Func<ObjectStore> Find(string location)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        int end = location.IndexOf("://", StringComparison.Ordinal);
        if (end < 0)
        {
            return () => new LocalDiskStore(location);
        }

        string scheme = location[..end].ToLowerInvariant();
        return scheme switch
        {
            "file" when Uri.TryCreate(location, UriKind.Absolute, out Uri? uri) && uri.IsFile => () => new LocalDiskStore(uri.LocalPath),
            "https" or "http" when HttpAddress.Parse(location) is var address => () => new HttpStore(address),
            "s3" => OpenWith(Type.GetType("Versioning.S3.S3ObjectStore, Versioning.S3"), "Versioning.S3", location),
            "azure" => OpenWith(Type.GetType("Versioning.Azure.AzureObjectStore, Versioning.Azure"), "Versioning.Azure", location),
            _ => throw new VersioningException("unknown_scheme", $"No store is known for '{scheme}://'.", "Use a path, s3://bucket/prefix, azure://account/container/prefix, https://host/path (read only), or a file: URI."),
        };
    }

    private static Func<ObjectStore> OpenWith([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)] Type? type, string package, string location)
    {
        MethodInfo open = type?.GetMethod("Open", [typeof(string)])
            ?? throw new VersioningException("backend_missing", $"'{location[..location.IndexOf(':')]}://' needs the package {package}, which this program does not have.", $"Add it with: dotnet add package {package}");
        return () => open.CreateDelegate<Func<string, ObjectStore>>()(location);
    }
}
