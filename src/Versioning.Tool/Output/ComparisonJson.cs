using System.Text.Json;

namespace Versioning.Tool.Output;

/// <summary>Versions side by side as JSON.</summary>
internal static class ComparisonJson
{
    internal static void Write(Utf8JsonWriter json, VersionComparison comparison, IEnumerable<ComparedRow> rows)
    {
        json.WriteStartArray("versions");
        foreach (ArtifactVersion version in comparison.Versions)
        {
            json.WriteStartObject();
            VersionJson.Write(json, version);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("rows");
        foreach (ComparedRow row in rows)
        {
            json.WriteStartObject();
            json.WriteString("group", row.Group);
            json.WriteString("name", row.Name);
            json.WriteBoolean("differs", row.Differs);
            if (row.Group == "metrics")
            {
                WriteNumbers(json, "values", comparison.Versions.Select(version => version.Metrics.TryGetValue(row.Name, out double value) ? value : (double?)null));
            }
            else
            {
                VersionJson.WriteNames(json, "values", row.Values);
            }

            WriteNumbers(json, "differences", row.Differences);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<double?> numbers)
    {
        json.WriteStartArray(name);
        foreach (double? number in numbers)
        {
            if (number is { } value)
            {
                json.WriteNumberValue(value);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }
}
