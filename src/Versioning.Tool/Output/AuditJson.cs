using System.Globalization;
using System.Text.Json;

namespace Versioning.Tool.Output;

/// <summary>What was decided as JSON: the same members in the same order always, null or empty where there is nothing.</summary>
internal static class AuditJson
{
    internal static void Write(Utf8JsonWriter json, AuditRecord record)
    {
        json.WriteStartObject();
        json.WriteNumber("sequence", record.Sequence);
        json.WriteNumber("index", record.Index);
        json.WriteString("entry", record.Entry.ToString());
        json.WriteString("previous", record.Previous.ToString());
        json.WriteString("time", record.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("author", record.Author);
        json.WriteString("tool", record.Tool);
        json.WriteString("action", record.Action);
        json.WriteString("artifact", record.Artifact);
        WriteNumber(json, "number", record.Number);
        json.WriteString("pin", record.Pin?.ToString());
        json.WriteString("label", record.Label);
        WriteNumber(json, "from", record.From);
        WriteNumber(json, "to", record.Action == "alias" ? record.Number : null);
        json.WriteString("message", record.Message);
        json.WriteString("commit", record.Code?.Commit);
        if (record.Code is { } code)
        {
            json.WriteBoolean("dirty", code.IsDirty);
        }
        else
        {
            json.WriteNull("dirty");
        }

        VersionJson.WriteNames(json, "inputs", record.Inputs.Select(pin => pin.ToString()));
        VersionJson.WriteNames(json, "outputs", record.Outputs.Select(pin => pin.ToString()));
        json.WriteString("run", record.RunId);
        json.WriteString("outcome", record.Outcome is { } outcome ? VersionJson.Outcome(outcome) : null);
        VersionJson.WriteNames(json, "conditions", record.Conditions);
        json.WriteString("signedBy", record.SignedBy?.ToString());
        json.WriteString("description", record.Description);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
