using System.Text.Json;

namespace Versioning.Tool;

/// <summary>Which store a command means: <c>--store</c>, else <c>VERSIONING_STORE</c>, else the nearest <c>versions.json</c>.</summary>
internal static class StoreLocator
{
    internal static string Find(string? option)
    {
        if (option is not null)
        {
            return option;
        }

        if (Environment.GetEnvironmentVariable("VERSIONING_STORE") is { Length: > 0 } variable)
        {
            return variable;
        }

        for (string? folder = Environment.CurrentDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string file = Path.Combine(folder, Workspace.FileName);
            if (File.Exists(file))
            {
                string store = Read(file);
                return store.Contains("://", StringComparison.Ordinal) ? store : Path.GetFullPath(store, folder);
            }
        }

        throw new NotFoundException("no_store", "No store is named here.", "Make one in this folder with 'vers init', or name one with --store or VERSIONING_STORE.");
    }

    internal static string Read(string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("store", out JsonElement store) && store.GetString() is { Length: > 0 } location
                ? location
                : throw new VersioningException("invalid_workspace", $"'{file}' names no store.", "It needs { \"store\": \"path or URI\" }.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new VersioningException("invalid_workspace", $"'{file}' is not what it should be: {e.Message}", "It needs { \"store\": \"path or URI\" }.", e);
        }
    }
}
