using System.Text;

namespace Versioning.Cards;

/// <summary>Texts as YAML writes them in one line: plain, in single quotes, in double quotes, and lists of them in brackets.</summary>
internal static class YamlScalar
{
    /// <summary>One text, or several in brackets; null where it is neither.</summary>
    internal static IReadOnlyList<string>? ReadList(string text)
    {
        if (text is not ['[', .. string inner, ']'])
        {
            return Read(text) is { } one ? one.Length > 0 ? [one] : [] : null;
        }

        var items = new List<string>();
        foreach (string part in Split(inner))
        {
            if (Read(part.Trim()) is not { } item)
            {
                return null;
            }

            if (item.Length > 0)
            {
                items.Add(item);
            }
        }

        return items;
    }

    /// <summary>The text, empty for null; null where it is more than a text.</summary>
    internal static string? Read(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => "",
        ['"', .. string inner, '"'] => Unescape(inner),
        ['\'', .. string inner, '\''] => inner.Replace("''", "", StringComparison.Ordinal).Contains('\'', StringComparison.Ordinal) ? null : inner.Replace("''", "'", StringComparison.Ordinal),
        ['&' or '*' or '!' or '|' or '>' or '{' or '[' or '"' or '\'' or '%' or '@' or '`', ..] => null,
        ['-' or '?' or ':', ' ', ..] => null,
        _ => text.Contains(": ", StringComparison.Ordinal) || text.EndsWith(':') ? null : text,
    };

    /// <summary>The text without the comment at its end, and without white space around it.</summary>
    internal static string WithoutComment(string text)
    {
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote != '\0')
            {
                i += quote == '"' && c == '\\' ? 1 : 0;
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'' && IsStart(text, i))
            {
                quote = c;
            }
            else if (c == '#' && (i == 0 || char.IsWhiteSpace(text[i - 1])))
            {
                return text[..i].Trim();
            }
        }

        return text.Trim();
    }

    // A quote within a word is an apostrophe.
    private static bool IsStart(string text, int at) => text.AsSpan(0, at).TrimEnd() is [] or [.., '[' or ',' or '-' or ':'];

    private static List<string> Split(string inner)
    {
        var parts = new List<string>();
        char quote = '\0';
        int start = 0;
        for (int i = 0; i < inner.Length; i++)
        {
            char c = inner[i];
            if (quote != '\0')
            {
                i += quote == '"' && c == '\\' ? 1 : 0;
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'' && inner.AsSpan(start..i).Trim().IsEmpty)
            {
                quote = c;
            }
            else if (c == ',')
            {
                parts.Add(inner[start..i]);
                start = i + 1;
            }
        }

        return [.. parts, inner[start..]];
    }

    private static string? Unescape(string inner)
    {
        var text = new StringBuilder(inner.Length);
        for (int i = 0; i < inner.Length; i++)
        {
            char? c = inner[i] switch
            {
                '"' => null,
                '\\' => (++i < inner.Length ? inner[i] : '\0') switch { 'n' => '\n', 't' => '\t', '"' => '"', '\\' => '\\', '/' => '/', _ => null },
                char other => other,
            };
            if (c is null)
            {
                return null;
            }

            text.Append(c.Value);
        }

        return text.ToString();
    }
}
