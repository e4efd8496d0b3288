using System.Globalization;
using System.Text;

namespace Versioning.Tool.Output;

/// <summary>Numbers for people.</summary>
internal static class Human
{
    internal static string Bytes(double bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        int unit = 0;
        while (bytes >= 1000 && unit < units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 ? bytes.ToString("0", CultureInfo.InvariantCulture) : bytes.ToString("0.0", CultureInfo.InvariantCulture))} {units[unit]}");
    }

    /// <summary>Seconds as m:ss, or h:mm:ss from an hour on.</summary>
    internal static string Duration(double seconds)
    {
        TimeSpan span = TimeSpan.FromSeconds(Math.Min(seconds, 1e9));
        return span.TotalHours < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{span:m\\:ss}")
            : string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalHours}{span:\\:mm\\:ss}");
    }

    /// <summary>The text with its control characters spelt out: what others named cannot break a line, reach the terminal or turn round what stands behind it.</summary>
    internal static string OneLine(string text)
    {
        if (!text.Any(IsDisturbing))
        {
            return text;
        }

        var line = new StringBuilder();
        foreach (char c in text)
        {
            _ = c switch
            {
                '\n' => line.Append("\\n"),
                '\r' => line.Append("\\r"),
                '\t' => line.Append("\\t"),
                _ when IsDisturbing(c) => line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => line.Append(c),
            };
        }

        return line.ToString();
    }

    // Line and paragraph separators, and marks that change the direction of text.
    private static bool IsDisturbing(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    internal static string Count(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
