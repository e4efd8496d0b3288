using System.Buffers;
using System.Text;

namespace Versioning.Tool.Output;

/// <summary>Tables in Markdown, as GitHub and most others show them.</summary>
internal static class Markdown
{
    // What would end a cell, or show something else than itself: emphasis, code, links, HTML, entities, formulas.
    private static readonly SearchValues<char> Special = SearchValues.Create("\\|`*_~[]<>&$");

    /// <summary>The first row is the head.</summary>
    internal static string Table(IEnumerable<IEnumerable<string>> rows)
    {
        var table = new StringBuilder();
        foreach (string[] cells in rows.Select(row => row.Select(Cell).ToArray()))
        {
            bool isHead = table.Length == 0;
            table.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
            if (isHead)
            {
                table.Append("| ").AppendJoin(" | ", cells.Select(_ => "---")).Append(" |\n");
            }
        }

        return table.ToString();
    }

    private static string Cell(string text)
    {
        var cell = new StringBuilder();
        foreach (char c in Human.OneLine(text))
        {
            _ = Special.Contains(c) ? cell.Append('\\').Append(c) : cell.Append(c);
        }

        return cell.ToString();
    }
}
