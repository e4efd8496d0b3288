using System.Text.Json;
using System.Text.Encodings.Web;
using Versioning.Pipelines.Defining;

namespace Versioning.Pipelines.Planning;

/// <summary>
/// All that the outputs of a stage depend on, as JSON: what the key is the digest of, kept with each run as
/// <c>stage.json</c>, so that it can be said later what has changed.
/// </summary>
internal static class StageDocument
{
    internal const string FileName = "stage.json";

    private const int Format = 1;

    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="instance">The stage, with its parameters.</param>
    /// <param name="inputs">Its inputs: names and content.</param>
    /// <param name="files">Its code.</param>
    internal static byte[] Write(StageInstance instance, IReadOnlyList<StageInputVersion> inputs, IReadOnlyList<CodeFile> files) => Json(json =>
    {
        json.WriteNumber("format", Format);
        json.WritePropertyName("definition");
        WriteDefinition(json, instance.Stage);
        json.WriteStartArray("inputs");
        foreach (StageInputVersion input in inputs.OrderBy(input => input.Input.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("name", input.Input.Name);
            json.WriteString("content", input.Version.Content.ToString());
            WriteTexts(json, "include", input.Include);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("parameters");
        foreach ((string name, string value) in instance.Parameters)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteStartArray("files");
        foreach (CodeFile file in files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteString("kind", file.Kind switch { FileKind.Link => "link", FileKind.Executable => "executable", _ => "file" });
            json.WriteString("sha256", file.Sha256.ToHex());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>The digest of what the stage is declared to be.</summary>
    internal static Digest Definition(StageDefinition stage) => Digest.Of([.. "versioning/stage-definition/1\0"u8, .. Json(json => WriteDefinitionMembers(json, stage))]);

    internal static Digest Key(ReadOnlySpan<byte> document) => Digest.Of([.. "versioning/stage/1\0"u8, .. document]);

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Layout))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void WriteDefinition(Utf8JsonWriter json, StageDefinition stage)
    {
        json.WriteStartObject();
        WriteDefinitionMembers(json, stage);
        json.WriteEndObject();
    }

    /// <summary>Neither its name, nor what a version is called afterwards, nor how it comes by its code changes what it makes.</summary>
    private static void WriteDefinitionMembers(Utf8JsonWriter json, StageDefinition stage)
    {
        WriteTexts(json, "command", stage.Command.Arguments);
        json.WriteString("shell", stage.Command.Shell);
        json.WriteString("folder", stage.Folder);
        json.WriteStartArray("inputs");
        foreach (StageInput input in stage.Inputs.OrderBy(input => input.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("name", input.Name);
            json.WriteString("path", input.Path);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("outputs");
        foreach (StageOutput output in stage.Outputs)
        {
            json.WriteStartObject();
            json.WriteString("artifact", output.Artifact);
            json.WriteString("path", output.Path);
            json.WriteBoolean("file", output.IsFile);
            json.WriteString("kind", output.Kind switch { ArtifactKind.Model => "model", ArtifactKind.Dataset => "dataset", _ => null });
            json.WriteString("card", output.Card);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("metrics", stage.Metrics);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
