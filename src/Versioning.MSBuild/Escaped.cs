using System.Globalization;
using System.Text;

namespace Versioning.MSBuild;

/// <summary>Text as MSBuild wants it in items, where some characters mean something.</summary>
internal static class Escaped
{
    private static readonly char[] Special = ['%', '*', '?', '@', '$', '(', ')', ';', '\''];

    internal static string Of(string text)
    {
        if (text.IndexOfAny(Special) < 0)
        {
            return text;
        }

        var escaped = new StringBuilder();
        foreach (char c in text)
        {
            _ = Array.IndexOf(Special, c) < 0 ? escaped.Append(c) : escaped.Append('%').Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }
}
