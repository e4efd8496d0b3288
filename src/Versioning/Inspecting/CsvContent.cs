using System.Buffers;
using System.Globalization;

namespace Versioning.Inspecting;

/// <summary>Rows and columns of a CSV file, which is read once, in constant memory.</summary>
internal static class CsvContent
{
    /// <summary>The first row has to end within so many bytes.</summary>
    private const int HeadLength = 1 << 20;

    private const int BufferLength = 256 * 1024;

    internal static ValueTask<ContentSummary> ReadAsync(ContentFile file, CancellationToken cancellationToken) => ReadAsync(file, null, cancellationToken);

    internal static ValueTask<ContentSummary> ReadTabbedAsync(ContentFile file, CancellationToken cancellationToken) => ReadAsync(file, (byte)'\t', cancellationToken);

    private static async ValueTask<ContentSummary> ReadAsync(ContentFile file, byte? delimiter, CancellationToken cancellationToken)
    {
        byte[] head = await file.ReadAsync(0, (int)Math.Min(Math.Min(HeadLength, file.Length), file.MaxBytes), cancellationToken).ConfigureAwait(false);
        int mark = TextContent.Begin(head);
        CsvDialect dialect = CsvDialect.Guess(head.AsSpan(mark), head.Length == file.Length, delimiter);
        var items = new List<ContentItem> { new("columns", null, Text(dialect.Columns.Count)), new("header", null, dialect.HasHeader ? "yes" : "no") };
        if (dialect.Columns.Count > 1)
        {
            items.Add(new ContentItem("delimiter", null, dialect.DelimiterName));
        }

        items.AddRange(dialect.Columns.Select(name => new ContentItem("column", name, "")));
        if (!file.MayRead(file.Length - head.Length))
        {
            return new ContentSummary([new("rows", null, "not counted"), .. items], [TextContent.TooLong(file)]);
        }

        var scanner = new CsvScanner(dialect.Delimiter);
        scanner.Add(head.AsSpan(mark));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            for (long offset = head.Length; offset < file.Length;)
            {
                int count = await file.ReadAsync(offset, buffer.AsMemory(0, BufferLength), cancellationToken).ConfigureAwait(false);
                scanner.Add(buffer.AsSpan(0, count));
                offset += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        scanner.Finish();
        return new ContentSummary([new("rows", null, Text(scanner.Rows - (dialect.HasHeader ? 1 : 0))), .. items], Notes(scanner));
    }

    private static List<string> Notes(CsvScanner scanner)
    {
        var notes = new List<string>();
        if (scanner.Uneven > 0)
        {
            notes.Add(FormattableString.Invariant($"{scanner.Uneven:N0} rows have more or fewer fields than the first"));
        }

        if (scanner.EndsInQuotes)
        {
            notes.Add("it ends within quotes");
        }

        return notes;
    }

    private static string Text(long count) => count.ToString(CultureInfo.InvariantCulture);
}
