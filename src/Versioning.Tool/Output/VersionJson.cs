using System.Globalization;
using System.Text.Json;

namespace Versioning.Tool.Output;

/// <summary>Versions as JSON and as text, the same fields everywhere.</summary>
internal static class VersionJson
{
    internal static void Write(Utf8JsonWriter json, ArtifactVersion version)
    {
        json.WriteString("name", version.Artifact);
        json.WriteNumber("number", version.Number);
        json.WriteString("digest", version.Digest.ToString());
        json.WriteString("pin", version.Pin.ToString());
        json.WriteString("content", version.Content.ToString());
        json.WriteString("kind", version.Kind == ArtifactKind.Model ? "model" : "dataset");
        json.WriteNumber("files", version.FileCount);
        json.WriteNumber("bytes", version.ByteCount);
        json.WriteString("created", version.Created.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("author", version.Author);
        json.WriteString("message", version.Message);
        WriteNames(json, "tags", version.Tags);
        WriteNames(json, "aliases", version.Aliases);
        WriteNames(json, "inputs", version.Inputs.Select(i => i.ToString()));
        WriteMap(json, "params", version.Parameters);
        WriteMap(json, "meta", version.Metadata);
        json.WriteStartObject("metrics");
        foreach ((string name, double value) in version.Metrics)
        {
            json.WriteNumber(name, value);
        }

        json.WriteEndObject();
        if (version.Code is { } code)
        {
            json.WriteStartObject("code");
            json.WriteString("url", code.Url);
            json.WriteString("commit", code.Commit);
            json.WriteString("branch", code.Branch);
            json.WriteBoolean("dirty", code.IsDirty);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("code");
        }
    }

    internal static void WriteFile(Utf8JsonWriter json, FileEntry file)
    {
        json.WriteStartObject();
        json.WriteString("path", file.Path);
        json.WriteString("kind", Kind(file.Kind));
        json.WriteNumber("size", file.Size);
        json.WriteString("sha256", file.Sha256.ToHex());
        json.WriteEndObject();
    }

    internal static string Kind(FileKind kind) => kind switch { FileKind.Executable => "executable", FileKind.Link => "link", _ => "file" };

    internal static string Status(FindingStatus status) => status switch { FindingStatus.Failed => "failed", FindingStatus.Warning => "warning", _ => "fine" };

    internal static void WriteNames(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in map)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
