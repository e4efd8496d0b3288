using System.Globalization;
using System.Text;

namespace Versioning.MSBuild;

/// <summary>Paths, each with a time, as text: one a line. Builds read thousands of them, so nothing is made of the text that nobody asks for.</summary>
internal static class TimedPaths
{
    // Hexadecimal digits, and a blank.
    private const int Digits = 16, Head = Digits + 1;

    internal static void Append(StringBuilder text, long time, string path) =>
        text.Append(time.ToString("x16", CultureInfo.InvariantCulture)).Append(' ').Append(path).Append('\n');

    /// <param name="text">The text.</param>
    /// <param name="position">Where a line begins; then where the next one does.</param>
    /// <param name="time">The time in it.</param>
    /// <param name="path">The path in it.</param>
    /// <returns>False where there is no line, or an empty one.</returns>
    internal static bool TryNext(string text, ref int position, out long time, out string path)
    {
        int end = position < text.Length ? text.IndexOf('\n', position) : -1;
        if (end < position + Head)
        {
            (time, path) = (0, "");
            return false;
        }

        (time, path) = (Time(text, position), text.Substring(position + Head, end - position - Head));
        position = end + 1;
        return true;
    }

    /// <summary>Goes on to the next line where this one has that time and path.</summary>
    internal static bool TrySkip(string text, ref int position, long time, string path)
    {
        int end = position + Head + path.Length;
        if (end >= text.Length || text[end] != '\n' || string.CompareOrdinal(text, position + Head, path, 0, path.Length) != 0 || Time(text, position) != time)
        {
            return false;
        }

        position = end + 1;
        return true;
    }

    private static long Time(string text, int position)
    {
        long time = 0;
        for (int i = position; i < position + Digits; i++)
        {
            time = (time << 4) | (uint)(text[i] <= '9' ? text[i] - '0' : text[i] - 'a' + 10);
        }

        return time;
    }
}
