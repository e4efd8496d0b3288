using Versioning.Inspecting;

namespace Versioning.Croissants;

/// <summary>The columns of a CSV or TSV file, with the types of their first values.</summary>
internal static class CsvTable
{
    /// <remarks>
    /// A file without a header, or with another delimiter than its ending promises, has no columns that Croissant has a word
    /// for: they are extracted by name, and nothing says how a file is to be split.
    /// </remarks>
    internal static async ValueTask<IReadOnlyList<TableField>?> ReadAsync(ContentFile file, byte delimiter, CancellationToken cancellationToken)
    {
        (ReadOnlyMemory<byte> head, bool isWhole) = await TableFormats.HeadAsync(file, cancellationToken).ConfigureAwait(false);
        CsvDialect dialect = CsvDialect.Guess(head.Span, isWhole, delimiter == (byte)',' ? null : delimiter);
        if (!dialect.HasHeader || (dialect.Columns.Count > 1 && dialect.Delimiter != delimiter) || dialect.Columns.Count > TableFormats.MaxFields)
        {
            return null;
        }

        var scanner = new CsvScanner(delimiter, TableFormats.MaxRows + 1);
        scanner.Add(head.Span);
        if (isWhole)
        {
            scanner.Finish();
        }

        var types = new FieldType[dialect.Columns.Count];
        foreach (IReadOnlyList<string> row in scanner.Captured.Skip(1))
        {
            for (int i = 0; i < Math.Min(row.Count, types.Length); i++)
            {
                types[i] = TableField.Widen(types[i], TextValue.TypeOf(row[i]));
            }
        }

        // No header is a number: this one stands for an index without a name.
        return [.. dialect.Columns.Select((name, i) => new TableField(name, types[i], name, null)).Where((field, i) => i > 0 || field.Name != "1")];
    }
}
