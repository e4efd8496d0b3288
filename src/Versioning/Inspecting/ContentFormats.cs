namespace Versioning.Inspecting;

/// <summary>Says what a file of one format holds.</summary>
/// <exception cref="InvalidDataException">It is none of that format; the message says why.</exception>
internal delegate ValueTask<ContentSummary> ContentFormat(ContentFile file, CancellationToken cancellationToken);

/// <summary>The formats that are looked into, by the ends of names.</summary>
internal static class ContentFormats
{
    /// <summary>The format that a path promises, or null.</summary>
    internal static ContentFormat? Of(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".SAFETENSORS" => SafetensorsContent.ReadAsync,
        ".ONNX" => OnnxContent.ReadAsync,
        ".CSV" => CsvContent.ReadAsync,
        ".TSV" => CsvContent.ReadTabbedAsync,
        ".JSONL" or ".NDJSON" => JsonLinesContent.ReadAsync,
        ".PARQUET" => ParquetContent.ReadAsync,
        _ => null,
    };
}
