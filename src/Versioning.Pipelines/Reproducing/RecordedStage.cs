using System.Text.Json;

namespace Versioning.Pipelines.Reproducing;

/// <summary>An input of a run, and where its files lay; null where that is not known.</summary>
/// <param name="Artifact">The artifact, or a reference to one version of it.</param>
/// <param name="Path">The folder, from the top of the code, <c>/</c>-separated.</param>
/// <param name="Include">Globs of the paths that were wanted; empty: all.</param>
/// <param name="At">A full path on the machine of the run, that of its cache say, which arguments of the command name; null: none.</param>
internal sealed record RecordedInput(string Artifact, string? Path, IReadOnlyList<string> Include, string? At = null);

/// <summary>An output of a run, and where the command left it.</summary>
/// <param name="Artifact">The artifact.</param>
/// <param name="Path">From the top of the code, <c>/</c>-separated.</param>
/// <param name="Card">Where the card lies that was put to it, from there too; null: none was.</param>
internal sealed record RecordedOutput(string Artifact, string Path, string? Card = null);

/// <summary>Where a command found its inputs and left its outputs: what its record does not tell. A file of the run.</summary>
internal sealed record RecordedStage
{
    /// <summary>What runs of stages and of commands by themselves keep it as.</summary>
    internal const string RunName = "run.json";

    internal const int MaxLength = 4 * 1024 * 1024;

    /// <summary>Nothing is known.</summary>
    internal static readonly RecordedStage None = new();

    /// <summary>The working directory, from the top of the code; empty: the top.</summary>
    internal string Folder { get; init; } = "";

    internal IReadOnlyList<RecordedInput> Inputs { get; init; } = [];

    internal IReadOnlyList<RecordedOutput> Outputs { get; init; } = [];

    /// <summary>Folders above outputs that were there before, which git may not have: from the top of the code.</summary>
    internal IReadOnlyList<string> Folders { get; init; } = [];

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
                json.WriteString("at", input.At);
                WriteTexts(json, "include", input.Include);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("outputs");
            foreach (RecordedOutput output in Outputs)
            {
                json.WriteStartObject();
                json.WriteString("artifact", output.Artifact);
                json.WriteString("path", output.Path);
                json.WriteString("card", output.Card);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteTexts(json, "folders", Folders);
            json.WriteString("metrics", Metrics);
            if (Parameters is not null)
            {
                json.WritePropertyName("parameters");
                json.WriteRawValue(Parameters);
            }

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
                Inputs = [.. from input in List(root, "inputs")
                             where Text(input, "artifact") is not null
                             select new RecordedInput(Text(input, "artifact")!, Text(input, "path"), Texts(input, "include"), Text(input, "at"))],
                Outputs = [.. List(root, "outputs").Select(output => new RecordedOutput(Required(output, "artifact"), Required(output, "path"), Text(output, "card")))],
                Folders = Texts(root, "folders"),
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
        if (await store.ListFilesAsync(run, RunName, cancellationToken).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return None;
        }

        string what = $"'{found.Path}' of {run.Artifact}@{run.Number}";
        return found.Size <= MaxLength
            ? Decode(await RecordedRun.ReadFileAsync(store, run, found, cancellationToken).ConfigureAwait(false), what)
            : throw new IntegrityException("run_file_invalid", $"{what} has {found.Size} bytes; at most {MaxLength} are allowed.");
    }

    private static string Required(JsonElement element, string name) => Text(element, name) ?? throw new JsonException($"an output has no '{name}'");

    private static string[] Texts(JsonElement element, string name) => [.. List(element, name).Select(text => text.GetString() ?? throw new JsonException($"'{name}' has a null"))];

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;

    private static JsonElement.ArrayEnumerator List(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.EnumerateArray() : default;
}
