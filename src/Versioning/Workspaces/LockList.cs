using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Versioning.Workspaces;

/// <summary>A list of texts in a lock, in one line: a TOML array of basic strings, of whose escapes it uses those for quotes, backslashes and control characters.</summary>
/// <remarks>Also compiled into the generator; see <see cref="LockText"/>.</remarks>
internal static class LockList
{
    public static string Write(IReadOnlyList<string> texts)
    {
        var line = new StringBuilder("[");
        for (int i = 0; i < texts.Count; i++)
        {
            line.Append(i == 0 ? "\"" : ", \"");
            foreach (char c in texts[i])
            {
                _ = c is '"' or '\\' ? line.Append('\\').Append(c)
                    : c is < ' ' or '\x7f' ? line.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture))
                    : line.Append(c);
            }

            line.Append('"');
        }

        return line.Append(']').ToString();
    }

    /// <summary>The texts; null: it is no such list.</summary>
    public static List<string>? Parse(string line)
    {
        var texts = new List<string>();
        int at = 1;
        if (line.Length < 2 || line[0] != '[')
        {
            return null;
        }

        while (true)
        {
            at = SkipSpaces(line, at);
            if (at == line.Length - 1 && line[at] == ']')
            {
                return texts;
            }

            if (Text(line, ref at) is not { } text)
            {
                return null;
            }

            texts.Add(text);
            at = SkipSpaces(line, at);
            if (at < line.Length && line[at] == ',')
            {
                at++;
            }
            else if (at != line.Length - 1)
            {
                return null;
            }
        }
    }

    private static int SkipSpaces(string line, int at)
    {
        while (at < line.Length && line[at] is ' ' or '\t')
        {
            at++;
        }

        return at;
    }

    private static string? Text(string line, ref int at)
    {
        if (at >= line.Length || line[at] != '"')
        {
            return null;
        }

        var text = new StringBuilder();
        for (at++; at < line.Length; at++)
        {
            switch (line[at])
            {
                case '"':
                    at++;
                    return text.ToString();
                case '\\' when at + 1 < line.Length && line[at + 1] is '"' or '\\':
                    text.Append(line[++at]);
                    break;
                case '\\' when Code(line, at + 1) is { } code:
                    text.Append(code);
                    at += 5;
                    break;
                case '\\':
                    return null;
                default:
                    text.Append(line[at]);
                    break;
            }
        }

        return null;
    }

    /// <summary>The character of an escape such as <c>u0009</c>, or null.</summary>
    private static char? Code(string line, int at)
    {
        int code = 0;
        for (int i = at + 1; i < at + 5; i++)
        {
            int digit = i < line.Length ? "0123456789abcdef".IndexOf(char.ToLowerInvariant(line[i])) : -1;
            if (digit < 0 || line[at] != 'u')
            {
                return null;
            }

            code = (16 * code) + digit;
        }

        return (char)code;
    }
}
