using System.Text.Json;
using System.Text.RegularExpressions;

namespace Versioning.Tests.Workspaces;

/// <summary>The part of JSON Schema 2020-12 that ours uses; a word that is not known here is an error.</summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly HashSet<string> Remarks = ["$schema", "$defs", "title", "description", "examples", "allowComments", "allowTrailingCommas"];

    /// <summary>What is wrong; nothing where the value is valid.</summary>
    internal IReadOnlyList<string> Check(JsonElement value) => [.. Check(root, value, "")];

    private IEnumerable<string> Check(JsonElement schema, JsonElement value, string at) =>
        schema.EnumerateObject().SelectMany(word => Check(schema, word, value, at));

    private IEnumerable<string> Check(JsonElement schema, JsonProperty word, JsonElement value, string at)
    {
        (JsonElement rule, bool isObject, bool isText) = (word.Value, value.ValueKind == JsonValueKind.Object, value.ValueKind == JsonValueKind.String);
        return word.Name switch
        {
            "type" => Require(TypeOf(value).Equals(rule.GetString(), StringComparison.OrdinalIgnoreCase), at, $"is no {rule}"),
            "enum" => Require(rule.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)), at, "is none of what it may be"),
            "minItems" => Require(value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= rule.GetInt32(), at, "is too short"),
            "const" => Require(JsonElement.DeepEquals(value, rule), at, $"is not {rule}"),
            "minLength" => Require(!isText || value.GetString()!.Length >= rule.GetInt32(), at, "is too short"),
            "maxLength" => Require(!isText || value.GetString()!.Length <= rule.GetInt32(), at, "is too long"),
            "pattern" => Require(!isText || Regex.IsMatch(value.GetString()!, rule.GetString()!, RegexOptions.ECMAScript), at, $"does not match {rule}"),
            "items" => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany((item, i) => Check(rule, item, $"{at}/{i}")) : [],
            "properties" => isObject ? value.EnumerateObject().Where(m => rule.TryGetProperty(m.Name, out _)).SelectMany(m => Check(rule.GetProperty(m.Name), m.Value, $"{at}/{m.Name}")) : [],
            "additionalProperties" => isObject ? value.EnumerateObject().Where(m => !IsNamed(schema, m.Name)).SelectMany(m => Check(rule, m, at)) : [],
            "propertyNames" => isObject ? value.EnumerateObject().SelectMany(m => Check(rule, JsonSerializer.SerializeToElement(m.Name), $"{at}/{m.Name}")) : [],
            "anyOf" => Require(rule.EnumerateArray().Any(one => !Check(one, value, at).Any()), at, "is none of what it may be"),
            "$ref" => Check(rule.GetString()!.Split('/')[1..].Aggregate(root, (found, name) => found.GetProperty(name)), value, at),
            _ => Remarks.Contains(word.Name) ? [] : throw new NotSupportedException(word.Name),
        };
    }

    private IEnumerable<string> Check(JsonElement rule, JsonProperty member, string at) =>
        rule.ValueKind == JsonValueKind.False ? [$"{at}/{member.Name} is not known"] : Check(rule, member.Value, $"{at}/{member.Name}");

    private static string TypeOf(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "boolean" : value.ValueKind.ToString();

    private static bool IsNamed(JsonElement schema, string name) => schema.TryGetProperty("properties", out JsonElement properties) && properties.TryGetProperty(name, out _);

    private static IEnumerable<string> Require(bool holds, string at, string otherwise) => holds ? [] : [$"{at} {otherwise}"];
}
