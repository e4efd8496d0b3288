using System.Text.Json;

namespace Versioning.Pipelines.Defining;

/// <summary>Parameters are texts; those that were numbers or truth values in JSON are so again for the program.</summary>
internal static class ParameterText
{
    /// <summary>The text of a value that is one; null for others.</summary>
    internal static string? OfScalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    /// <summary>One JSON object of all, for the program.</summary>
    internal static string Json(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach ((string name, string value) in parameters)
            {
                json.WritePropertyName(name);
                if (IsLiteral(value))
                {
                    json.WriteRawValue(value);
                }
                else
                {
                    json.WriteStringValue(value);
                }
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static bool IsLiteral(string value)
    {
        if (value is "true" or "false")
        {
            return true;
        }

        if (value.Length is 0 or > 40 || !(char.IsAsciiDigit(value[0]) || value[0] == '-'))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(value);
            return document.RootElement.ValueKind == JsonValueKind.Number;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
