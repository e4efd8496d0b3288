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
        json.WriteString("kind", Kind(version.Kind));
        json.WriteNumber("files", version.FileCount);
        json.WriteNumber("bytes", version.ByteCount);
        json.WriteString("created", Time(version.Created));
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

        json.WriteString("madeBy", version.MadeBy?.ToString());
        WriteSignatures(json, version.Signatures);
        if (version.Run is { } run)
        {
            WriteRun(json, run);
        }
    }

    internal static void WriteSignatures(Utf8JsonWriter json, IReadOnlyList<VersionSignature> signatures)
    {
        json.WriteStartArray("signatures");
        foreach (VersionSignature signature in signatures)
        {
            json.WriteStartObject();
            json.WriteString("key", signature.KeyId.ToString());
            json.WriteString("name", signature.KeyName);
            json.WriteNumber("entry", signature.Sequence);
            json.WriteBoolean("revoked", signature.IsRevoked);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRun(Utf8JsonWriter json, RunDetails run)
    {
        json.WriteStartObject("run");
        json.WriteString("id", run.Id);
        json.WriteString("outcome", Outcome(run.Outcome));
        if (run.ExitCode is { } code)
        {
            json.WriteNumber("exitCode", code);
        }
        else
        {
            json.WriteNull("exitCode");
        }

        json.WriteString("started", Time(run.Started));
        json.WriteString("ended", Time(run.Ended));
        WriteNames(json, "command", run.Command);
        WriteMap(json, "environment", run.Environment);
        json.WriteString("definition", run.Definition?.ToString());
        json.WriteString("key", run.Key?.ToString());
        WriteNames(json, "outputs", run.Outputs.Select(output => output.ToString()));
        json.WriteEndObject();
    }

    internal static void WriteOpenRun(Utf8JsonWriter json, OpenRunInfo run)
    {
        json.WriteStartObject();
        json.WriteString("name", run.Name);
        json.WriteString("id", run.Id);
        json.WriteString("author", run.Author);
        json.WriteString("machine", run.Machine);
        json.WriteString("started", Time(run.Started));
        json.WriteString("key", run.Key?.ToString());
        if (run.IsAlive is { } isAlive)
        {
            json.WriteBoolean("alive", isAlive);
        }
        else
        {
            json.WriteNull("alive");
        }

        WriteNames(json, "command", run.Command);
        WriteNames(json, "inputs", run.Inputs.Select(input => input.ToString()));
        WriteMap(json, "params", run.Parameters);
        json.WriteEndObject();
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

    internal static string Kind(ArtifactKind kind) => kind switch { ArtifactKind.Model => "model", ArtifactKind.Run => "run", _ => "dataset" };

    internal static string Outcome(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Succeeded => "succeeded",
        RunOutcome.Failed => "failed",
        RunOutcome.Cancelled => "cancelled",
        _ => "lost",
    };

    private static string Time(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    internal static string Status(FindingStatus status) => status switch { FindingStatus.Failed => "failed", FindingStatus.Warning => "warning", _ => "fine" };

    internal static void WriteNames(Utf8JsonWriter json, string name, IEnumerable<string?> values)
    {
        json.WriteStartArray(name);
        foreach (string? value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    internal static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in map)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
