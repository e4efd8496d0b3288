using System.Text.Json;
using YamlDotNet.Core;

namespace Versioning.Pipelines.Defining;

/// <summary>Parameters in a JSON or YAML file of the workspace; <c>train.lr</c> is <c>lr</c> within <c>train</c>.</summary>
internal static class ParameterFile
{
    private const long MaxBytes = 16 * 1024 * 1024;

    internal static bool IsKnown(string path) => IsJson(path) || Path.GetExtension(path).ToUpperInvariant() is ".YAML" or ".YML";

    /// <summary>The values of keys.</summary>
    /// <exception cref="NotFoundException">The file or a key is not there.</exception>
    /// <exception cref="VersioningException">The file is not sound, or a value is a list or an object.</exception>
    internal static IReadOnlyDictionary<string, string> Read(string root, string path, IReadOnlyList<string> keys)
    {
        string full = Path.Join(root, path);
        if (!File.Exists(full))
        {
            throw new NotFoundException("parameters_not_found", $"There is no parameter file '{full}'.", "Stages name it in 'parameterFiles' of versions.json.");
        }

        if (new FileInfo(full).Length > MaxBytes)
        {
            throw Wrong(path, $"it has more than {MaxBytes} bytes");
        }

        string text = File.ReadAllText(full);
        Func<string[], string?> find = IsJson(path) ? Json(path, text) : Yaml(path, text);
        return keys.ToDictionary(key => key, key => find(key.Split('.')) ?? throw new NotFoundException("parameter_not_found", $"'{path}' has no value '{key}'.", "Take it out of 'parameterFiles' in versions.json, or write it to that file."), StringComparer.Ordinal);
    }

    private static bool IsJson(string path) => Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);

    private static Func<string[], string?> Json(string path, string text)
    {
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            root = document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw Wrong(path, e.Message);
        }

        return key =>
        {
            JsonElement at = root;
            foreach (string name in key)
            {
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                {
                    return null;
                }
            }

            return at.ValueKind == JsonValueKind.Null ? "" : ParameterText.OfScalar(at) ?? throw NotOneValue(path, key);
        };
    }

    private static Func<string[], string?> Yaml(string path, string text)
    {
        object? root;
        try
        {
            root = YamlTree.Read(text);
        }
        catch (YamlException e)
        {
            throw Wrong(path, $"line {e.Start.Line}: {e.Message}");
        }

        return key =>
        {
            object? at = root;
            foreach (string name in key)
            {
                if ((at as Dictionary<string, object>)?.TryGetValue(name, out at) != true)
                {
                    return null;
                }
            }

            return at as string ?? throw NotOneValue(path, key);
        };
    }

    private static VersioningException NotOneValue(string path, string[] key) => Wrong(path, $"'{string.Join('.', key)}' is not one value; name the values in it one by one");

    private static VersioningException Wrong(string path, string what) =>
        new("invalid_parameters", $"The parameters in '{path}' can't be read: {what.TrimEnd('.')}.", "Write a JSON or YAML file whose values are texts, numbers, true or false.");
}
