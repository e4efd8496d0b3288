namespace Versioning.Tool;

/// <summary>What a mistyped word may have meant.</summary>
internal static class Spelling
{
    private const int MostEdits = 2;

    /// <summary>The word that is reached with the fewest edits, at most two; null where none is near.</summary>
    internal static string? Nearest(string word, IEnumerable<string> known) =>
        known.Select(candidate => (candidate, Edits: Edits(word, candidate)))
            .Where(pair => pair.Edits <= Math.Min(MostEdits, pair.candidate.Length - 1))
            .OrderBy(pair => pair.Edits)
            .Select(pair => pair.candidate)
            .FirstOrDefault();

    private static int Edits(string from, string to)
    {
        int[] previous = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int[] row = new int[to.Length + 1];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], previous[j]) + 1, previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
            }

            previous = row;
        }

        return previous[^1];
    }
}
