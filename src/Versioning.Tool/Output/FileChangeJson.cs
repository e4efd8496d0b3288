using System.Text.Json;

namespace Versioning.Tool.Output;

/// <summary>The paths in which two versions differ, as JSON.</summary>
internal static class FileChangeJson
{
    /// <summary>Writes them as the member <c>changes</c>.</summary>
    internal static void Write(Utf8JsonWriter json, IEnumerable<FileChange> changes, bool withContent)
    {
        json.WriteStartArray("changes");
        foreach (FileChange change in changes)
        {
            Write(json, change, withContent);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, FileChange change, bool content)
    {
        json.WriteStartObject();
        json.WriteString("change", Kind(change.Kind));
        json.WriteString("path", change.Path);
        foreach ((string name, FileEntry? file) in new[] { ("before", change.Before), ("after", change.After) })
        {
            json.WritePropertyName(name);
            if (file is null)
            {
                json.WriteNullValue();
            }
            else
            {
                VersionJson.WriteFile(json, file);
            }
        }

        if (content)
        {
            WriteContent(json, change.Content);
        }

        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, IReadOnlyList<ContentChange>? content)
    {
        if (content is null)
        {
            json.WriteNull("content");
            return;
        }

        json.WriteStartArray("content");
        foreach (ContentChange within in content)
        {
            json.WriteStartObject();
            json.WriteString("change", within.Kind is { } kind ? Kind(kind) : null);
            json.WriteString("what", within.What);
            json.WriteString("name", within.Name);
            json.WriteString("newName", within.NewName);
            json.WriteString("before", within.Before);
            json.WriteString("after", within.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Kind(FileChangeKind kind) => kind switch { FileChangeKind.Added => "added", FileChangeKind.Removed => "removed", _ => "modified" };
}
