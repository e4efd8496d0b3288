using System.Text.Json;

namespace Versioning.Pipelines.Reproducing;

/// <summary>An input of a run, and where its files lay; null where that is not known.</summary>
/// <param name="Artifact">The artifact, or a reference to one version of it.</param>
/// <param name="Path">The folder, from the top of the code, <c>/</c>-separated.</param>
/// <param name="Include">Globs of the paths that were wanted; empty: all.</param>
internal sealed record RecordedInput(string Artifact, string? Path, IReadOnlyList<string> Include);

/// <summary>An output of a run, and where the command left it: from the top of the code, <c>/</c>-separated.</summary>
internal sealed record RecordedOutput(string Artifact, string Path);

/// <summary>Where a command found its inputs and left its outputs: what its record does not tell. A file of the run.</summary>
internal sealed record RecordedStage
{
    /// <summary>Of a stage of a pipeline, and of a command by itself.</summary>
    internal const string StageName = "stage.json", RunName = "run.json";

    internal const int MaxLength = 4 * 1024 * 1024;

    /// <summary>Nothing is known.</summary>
    internal static readonly RecordedStage None = new();

    /// <summary>The working directory, from the top of the code; empty: the top.</summary>
    internal string Folder { get; init; } = "";

    internal IReadOnlyList<RecordedInput> Inputs { get; init; } = [];

    internal IReadOnlyList<RecordedOutput> Outputs { get; init; } = [];

    /// <summary>The file of its metrics, from the top of the code, or null.</summary>
    internal string? Metrics { get; init; }

    /// <summary>What the command is given as <c>VERS_PARAMETERS</c>: JSON, or null.</summary>
    internal string? Parameters { get; init; }

    internal byte[] Encode()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("folder", Folder);
            json.WriteStartArray("inputs");
            foreach (RecordedInput input in Inputs)
            {
                json.WriteStartObject();
                json.WriteString("artifact", input.Artifact);
                json.WriteString("path", input.Path);
                json.WriteStartArray("include");
                input.Include.ToList().ForEach(json.WriteStringValue);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("outputs");
            foreach (RecordedOutput output in Outputs)
            {
                json.WriteStartObject();
                json.WriteString("artifact", output.Artifact);
                json.WriteString("path", output.Path);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("metrics", Metrics);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>Reads the file; members that it does not know are left alone.</summary>
    /// <param name="text">The file.</param>
    /// <param name="what">Which, for the error.</param>
    /// <exception cref="IntegrityException">It is not such a file.</exception>
    internal static RecordedStage Decode(ReadOnlyMemory<byte> text, string what)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            return new RecordedStage
            {
                Folder = Text(root, "folder") ?? "",
                // An input that is no version is a file of the code.
                Inputs = [.. List(root, "inputs").Where(input => Text(input, "artifact") is not null).Select(input => new RecordedInput(Text(input, "artifact")!, Text(input, "path"), [.. List(input, "include").Select(glob => glob.GetString()!)]))],
                Outputs = [.. List(root, "outputs").Where(output => Text(output, "artifact") is not null).Select(output => new RecordedOutput(Text(output, "artifact")!, Text(output, "path") ?? throw new JsonException($"the output '{Text(output, "artifact")}' has no path")))],
                Metrics = Text(root, "metrics"),
                Parameters = root.TryGetProperty("parameters", out JsonElement parameters) && parameters.ValueKind == JsonValueKind.Object ? parameters.GetRawText() : null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new IntegrityException("run_file_invalid", $"{what} is not what runs keep there: {e.Message}", "Something else than this software wrote it. Say with --output and --input where files lie.", e);
        }
    }

    /// <summary>What a run kept, or <see cref="None"/>.</summary>
    internal static async Task<RecordedStage> ReadAsync(VersionStore store, ArtifactPin run, CancellationToken cancellationToken)
    {
        await foreach (FileEntry file in store.ListFilesAsync(run, "*.json", cancellationToken).ConfigureAwait(false))
        {
            if (file.Path is StageName or RunName)
            {
                string what = $"'{file.Path}' of {run.Artifact}@{run.Number}";
                return file.Size <= MaxLength
                    ? Decode(await RecordedRun.ReadFileAsync(store, run, file, cancellationToken).ConfigureAwait(false), what)
                    : throw new IntegrityException("run_file_invalid", $"{what} has {file.Size} bytes; at most {MaxLength} are allowed.");
            }
        }

        return None;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;

    private static JsonElement.ArrayEnumerator List(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.EnumerateArray() : default;
}
