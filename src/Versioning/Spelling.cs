namespace Versioning;

/// <summary>What a mistyped word may have meant.</summary>
internal static class Spelling
{
    private const int MostEdits = 2;

    /// <summary>The word that is reached with the fewest edits, at most two and not half of it; null where none is near.</summary>
    internal static string? Nearest(string word, IEnumerable<string> known) =>
        known.Where(candidate => Math.Abs(candidate.Length - word.Length) <= MostEdits)
            .Select(candidate => (candidate, Edits: Edits(word, candidate)))
            .Where(pair => pair.Edits <= MostEdits && 2 * pair.Edits < Math.Max(pair.candidate.Length, word.Length))
            .OrderBy(pair => pair.Edits)
            .Select(pair => pair.candidate)
            .FirstOrDefault();

    /// <summary>Letters that were left out, put in, taken for others, or that changed places with their neighbours.</summary>
    private static int Edits(string from, string to)
    {
        int[] before = [], previous = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int[] row = new int[to.Length + 1];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], previous[j]) + 1, previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, previous) = (previous, row);
        }

        return previous[^1];
    }
}
