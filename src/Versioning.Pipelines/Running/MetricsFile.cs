using System.Text.Json;

namespace Versioning.Pipelines.Running;

/// <summary>Metrics that a program left in a file: numbers of a JSON object, those of objects in it as <c>outer.inner</c>.</summary>
internal static class MetricsFile
{
    private const long MaxBytes = 16 * 1024 * 1024;

    internal static IEnumerable<KeyValuePair<string, double>> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new NotFoundException("metrics_not_found", $"The command wrote no metrics to '{path}'.", "Leave --metrics out where there are none.");
        }

        if (new FileInfo(path).Length > MaxBytes)
        {
            throw Wrong(path, $"it has more than {MaxBytes} bytes");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement.ValueKind == JsonValueKind.Object ? [.. Numbers(document.RootElement, "").Select(metric => metric.Key.Length > 0 ? metric : throw Wrong(path, "a number in it has no name"))] : throw Wrong(path, "it is no JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair in a name is no error of syntax.
            throw Wrong(path, e.Message.TrimEnd('.'));
        }
    }

    private static IEnumerable<KeyValuePair<string, double>> Numbers(JsonElement element, string before) => element.EnumerateObject().SelectMany(member => member.Value.ValueKind switch
    {
        JsonValueKind.Number => [KeyValuePair.Create(before + member.Name, member.Value.GetDouble())],
        JsonValueKind.Object => Numbers(member.Value, $"{before}{member.Name}."),
        _ => Array.Empty<KeyValuePair<string, double>>(),
    });

    private static VersioningException Wrong(string path, string why) => new("invalid_metrics", $"The metrics in '{path}' can't be read: {why}.", "Write an object of numbers, such as {\"auc\": 0.93}; JSON has no NaN and no Infinity.");
}
