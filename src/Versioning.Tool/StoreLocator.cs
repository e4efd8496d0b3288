namespace Versioning.Tool;

/// <summary>Which store a command means: <c>--store</c>, else <c>VERSIONING_STORE</c>, else the nearest <c>versions.json</c>.</summary>
internal static class StoreLocator
{
    internal static string Find(string? option) =>
        option
        ?? (Environment.GetEnvironmentVariable("VERSIONING_STORE") is { Length: > 0 } variable ? variable : null)
        ?? Workspace.FindStoreLocation()
        ?? throw new NotFoundException("no_store", "No store is named here.", "Make one in this folder with 'vers init', or name one with --store or VERSIONING_STORE.");
}
