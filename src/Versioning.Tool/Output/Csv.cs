using System.Buffers;
using System.Globalization;

namespace Versioning.Tool.Output;

/// <summary>Records as RFC 4180 has them, which a spreadsheet opens as what they are: no text of others becomes a formula.</summary>
internal static class Csv
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",;\"' ");

    /// <summary>One record. A field that is null stays empty; a text that is empty is a pair of quotation marks.</summary>
    internal static string Line(IEnumerable<string?> fields) => $"{string.Join(',', fields.Select(Field))}\r\n";

    private static string Field(string? text)
    {
        if (text is null)
        {
            return "";
        }

        string field = Human.OneLine(text);
        field = IsFormula(field) ? $"'{field}" : field;
        return field.Length == 0 || field.AsSpan().ContainsAny(Special) ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
    }

    /// <summary>Whether a spreadsheet would compute it; a number with a sign is a number.</summary>
    private static bool IsFormula(string field) =>
        field.AsSpan().TrimStart() is [('=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠'), ..]
        && !double.TryParse(field, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _);
}
