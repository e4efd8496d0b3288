using System.Globalization;

namespace Versioning.Inspecting;

/// <summary>How a file of separated values is written, guessed from its beginning.</summary>
/// <param name="Delimiter">What separates fields.</param>
/// <param name="HasHeader">Whether its first row names the columns.</param>
/// <param name="Columns">Their names; numbers from 1 where it does not.</param>
internal sealed record CsvDialect(byte Delimiter, bool HasHeader, IReadOnlyList<string> Columns)
{
    /// <summary>How many rows are looked at.</summary>
    private const int Rows = 20;

    private const int Piece = 4096;

    private const int MaxColumns = 65_536;

    private static readonly byte[] Candidates = [(byte)',', (byte)';', (byte)'\t', (byte)'|'];

    internal string DelimiterName => Delimiter switch { (byte)';' => "semicolon", (byte)'\t' => "tab", (byte)'|' => "bar", _ => "comma" };

    /// <summary>
    /// The delimiter that gives all of the first rows the same number of fields, and the most of them; where none does,
    /// the one that gives the first row the most.
    /// </summary>
    /// <param name="head">The beginning, without a byte order mark.</param>
    /// <param name="isWhole">Whether nothing follows.</param>
    /// <param name="delimiter">What separates fields, where that is known.</param>
    /// <exception cref="InvalidDataException">The first row does not end, or has too many fields.</exception>
    internal static CsvDialect Guess(ReadOnlySpan<byte> head, bool isWhole, byte? delimiter)
    {
        (byte Delimiter, List<IReadOnlyList<string>>? Rows, (bool Even, int Fields) Score) best = default;
        bool ended = false;
        foreach (byte candidate in delimiter is { } known ? [known] : Candidates)
        {
            List<IReadOnlyList<string>> rows = FirstRows(head, isWhole, candidate);
            ended |= rows.Count > 0;
            (bool Even, int Fields) score = rows.Count == 0 || rows[0].Count < 2 ? default : (rows.TrueForAll(r => r.Count == rows[0].Count), rows[0].Count);
            if (best.Rows is null || score.CompareTo(best.Score) > 0)
            {
                best = (candidate, rows, score);
            }
        }

        if (!ended && !isWhole)
        {
            throw new InvalidDataException(FormattableString.Invariant($"its first row is longer than {head.Length:N0} bytes"));
        }

        IReadOnlyList<string> first = best.Rows is [{ } row, ..] ? row : [];
        if (first.Count > MaxColumns)
        {
            throw new InvalidDataException(FormattableString.Invariant($"it has more columns than {MaxColumns:N0}"));
        }

        bool hasHeader = IsHeader(first);
        return new CsvDialect(best.Delimiter, hasHeader, [.. first.Select((name, i) => hasHeader && name.Length > 0 ? name : (i + 1).ToString(CultureInfo.InvariantCulture))]);
    }

    /// <summary>Names are neither numbers nor empty, and differ; only the first may be empty, as an index without a name is.</summary>
    private static bool IsHeader(IReadOnlyList<string> row) =>
        row.Count > 0
        && row.Skip(1).All(name => !string.IsNullOrWhiteSpace(name))
        && (row.Count > 1 || !string.IsNullOrWhiteSpace(row[0]))
        && !row.Any(name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        && row.Distinct(StringComparer.Ordinal).Count() == row.Count;

    private static List<IReadOnlyList<string>> FirstRows(ReadOnlySpan<byte> head, bool isWhole, byte delimiter)
    {
        var scanner = new CsvScanner(delimiter, Rows);
        while (!head.IsEmpty && scanner.Rows < Rows)
        {
            int length = Math.Min(head.Length, Piece);
            scanner.Add(head[..length]);
            head = head[length..];
        }

        if (isWhole && head.IsEmpty)
        {
            scanner.Finish();
        }

        return scanner.Captured;
    }
}
