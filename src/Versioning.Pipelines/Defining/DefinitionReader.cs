using System.Text.Json;

namespace Versioning.Pipelines.Defining;

/// <summary>Reads members of a definition; what is wrong is told with the file and the stage.</summary>
internal sealed class DefinitionReader(string file, string stage)
{
    internal string Text(JsonElement value, string what)
    {
        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return string.IsNullOrEmpty(text) ? throw Wrong($"{what} is not a text") : WithoutNull(text, what);
    }

    internal string[] Texts(JsonElement value, string what)
    {
        Require(value.ValueKind == JsonValueKind.Array, $"{what} is not a list");
        return [.. value.EnumerateArray().Select(item => Text(item, $"an item of {what}"))];
    }

    internal IEnumerable<JsonProperty> Members(JsonElement value, string what)
    {
        Require(value.ValueKind == JsonValueKind.Object, $"{what} is not an object");
        return value.EnumerateObject();
    }

    /// <summary>A text, a number or a truth value, as text.</summary>
    internal string Scalar(JsonElement value, string what) =>
        WithoutNull(ParameterText.OfScalar(value) ?? throw Wrong($"{what} is neither a text nor a number nor true or false"), what);

    /// <summary>A path in the workspace, in its shortest form.</summary>
    internal string InWorkspace(string path, string what)
    {
        string[] segments = [.. path.Replace('\\', '/').Split('/').Where(segment => segment is not ("" or "."))];
        bool isInside = !Path.IsPathRooted(path) && !path.Contains(':', StringComparison.Ordinal) && segments.Length > 0 && !segments.Contains("..");
        Require(isInside, $"{what} '{path}' is not a path in the workspace");
        return string.Join('/', segments);
    }

    internal string Artifact(string name, string what)
    {
        Require(References.IsArtifactName(name), $"'{name}' of {what} is not the name of an artifact");
        return name;
    }

    internal void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw Wrong(otherwise);
        }
    }

    /// <summary>Neither a path nor an argument can hold one: it would end there.</summary>
    private string WithoutNull(string text, string what) => text.Contains('\0', StringComparison.Ordinal) ? throw Wrong($"{what} has a null character") : text;

    internal VersioningException Wrong(string what) => Wrong(file, $"stage '{stage}': {what}");

    internal static VersioningException Wrong(string file, string what) =>
        new("invalid_pipeline", $"'{file}' is not what it should be: {what}.", "See docs/pipelines.md for what a stage may say.");
}
