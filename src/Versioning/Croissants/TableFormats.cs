using Versioning.Inspecting;

namespace Versioning.Croissants;

/// <summary>Says which columns a file has; null where they can't be said in Croissant's words.</summary>
/// <exception cref="InvalidDataException">It is none of that format.</exception>
internal delegate ValueTask<IReadOnlyList<TableField>?> TableFormat(ContentFile file, CancellationToken cancellationToken);

/// <summary>The formats of tables, by the ends of names.</summary>
internal static class TableFormats
{
    /// <summary>How much of a file is read for it: the footer of a Parquet file may be long.</summary>
    internal const long MaxBytes = ParquetContent.MaxFooter + 1024;

    /// <summary>Files with more columns are files like any other.</summary>
    internal const int MaxFields = 10_000;

    /// <summary>Of text so many bytes are looked at, and so many rows.</summary>
    internal const int HeadLength = 1 << 20, MaxRows = 1000;

    internal static TableFormat? Of(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".CSV" => (file, token) => CsvTable.ReadAsync(file, (byte)',', token),
        ".TSV" => (file, token) => CsvTable.ReadAsync(file, (byte)'\t', token),
        ".JSONL" or ".NDJSON" => JsonLinesTable.ReadAsync,
        ".PARQUET" => ParquetTable.ReadAsync,
        _ => null,
    };

    /// <summary>The beginning of a text, and whether it is all of it.</summary>
    internal static async ValueTask<(ReadOnlyMemory<byte> Head, bool IsWhole)> HeadAsync(ContentFile file, CancellationToken cancellationToken)
    {
        byte[] head = await file.ReadAsync(0, (int)Math.Min(HeadLength, file.Length), cancellationToken).ConfigureAwait(false);
        return (head.AsMemory(TextContent.Begin(head)), head.Length == file.Length);
    }
}
