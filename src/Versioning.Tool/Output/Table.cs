namespace Versioning.Tool.Output;

/// <summary>Records under a head, in one of several formats.</summary>
internal sealed class Table(params Field[] head)
{
    private const int MostShown = 48;

    private readonly List<Field[]> _rows = [];

    /// <summary>Adds a record, with as many fields as the head has.</summary>
    internal void Add(params Field[] row) => _rows.Add(row);

    /// <summary>Writes it.</summary>
    /// <param name="reply">Where it goes.</param>
    /// <param name="format">How. JSON writes nothing: a document does.</param>
    /// <param name="withHead">Whether the head stands above it in the format of tables too; in others it always does.</param>
    internal void Write(Reply reply, TableFormat format, bool withHead)
    {
        if (format == TableFormat.Csv)
        {
            reply.Raw(string.Concat(_rows.Prepend(head).Select(row => Csv.Line(row.Select(field => field.Text)))));
        }
        else if (format == TableFormat.Markdown)
        {
            reply.Raw(Markdown.Table(_rows.Prepend(head).Select(row => row.Select(field => field.Shown ?? field.Text ?? ""))));
        }
        else
        {
            WriteRows(reply, withHead ? [head, .. _rows] : _rows);
        }
    }

    /// <summary>Records with as many fields each, whose columns stand below one another on a terminal.</summary>
    internal static IEnumerable<Field[]> Align(IReadOnlyCollection<Field[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows.Count == 0 ? 0 : rows.First().Length).Select(column => rows.Max(row => row[column].OnTerminal.Length))];

        // Nothing stands behind the last column that would have to be aligned.
        return rows.Select(row => (Field[])[.. row.Select((field, column) => field with { Width = column == row.Length - 1 ? 0 : -widths[column] })]);
    }

    private static void WriteRows(Reply reply, IEnumerable<Field[]> rows)
    {
        foreach (Field[] row in Align([.. rows.Select(row => (Field[])[.. row.Select(Clip)])]))
        {
            reply.Row(row);
        }
    }

    private static Field Clip(Field field) =>
        (field.Shown ?? field.Text) is { Length: > MostShown } text ? field with { Shown = string.Concat(text.AsSpan(0, MostShown - 1), "…") } : field;
}
