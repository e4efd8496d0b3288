using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Versioning.Files;

/// <summary>Git's wild cards as a regular expression.</summary>
/// <remarks>
/// Translated here and not by MAB.DotIgnore, which takes a '!' in a name for '^' and an open bracket for an error;
/// a test compares with git itself. Characters are counted where git counts bytes.
/// </remarks>
internal static class GitPattern
{
    private const string AnyInSegment = "[^/]*";

    /// <summary>The expression, or null for a pattern that matches nothing.</summary>
    public static Regex? Translate(string pattern)
    {
        var regex = new StringBuilder("\\A");
        for (int i = 0; i < pattern.Length;)
        {
            switch (pattern[i])
            {
                case '*':
                    Stars(pattern, ref i, regex);
                    break;
                case '?':
                    regex.Append("[^/]");
                    i++;
                    break;
                case '[':
                    if (!Bracket(pattern, ref i, regex))
                    {
                        return null;
                    }

                    break;
                case '\\':
                    if (i + 1 == pattern.Length)
                    {
                        return null;
                    }

                    Literal(pattern[i + 1], regex);
                    i += 2;
                    break;
                default:
                    Literal(pattern[i++], regex);
                    break;
            }
        }

        return new Regex(regex.Append("\\z").ToString(), RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    private static void Stars(string pattern, ref int i, StringBuilder regex)
    {
        int start = i;
        while (i < pattern.Length && pattern[i] == '*')
        {
            i++;
        }

        // Two stars mean any number of folders only as a whole segment.
        bool opens = start == 0 || pattern[start - 1] == '/';
        if (i - start < 2 || !opens || (i < pattern.Length && pattern[i] != '/'))
        {
            regex.Append(AnyInSegment);
        }
        else if (i == pattern.Length)
        {
            regex.Append(".*");
        }
        else
        {
            regex.Append("(?:.*/)?");
            i++;
        }
    }

    private static bool Bracket(string pattern, ref int i, StringBuilder regex)
    {
        int at = i + 1;
        bool negated = at < pattern.Length && pattern[at] is '!' or '^';
        at += negated ? 1 : 0;
        var set = new StringBuilder();
        for (bool first = true; ; first = false)
        {
            if (at >= pattern.Length)
            {
                return false;
            }

            if (pattern[at] == ']' && !first)
            {
                break;
            }

            if (!Item(pattern, ref at, set))
            {
                return false;
            }
        }

        i = at + 1;

        // No bracket matches a slash. An empty set (of ranges that run backwards) matches nothing, negated anything.
        regex.Append(set.Length == 0
            ? negated ? "[^/]" : "(?!)"
            : $"(?!/)[{(negated ? "^" : "")}{set}]");
        return true;
    }

    private static bool Item(string pattern, ref int at, StringBuilder set)
    {
        if (pattern[at] == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':')
        {
            int end = pattern.IndexOf(":]", at + 2, StringComparison.Ordinal);
            string? named = end < 0 ? null : Named(pattern[(at + 2)..end]);
            set.Append(named);
            at = end + 2;
            return named is not null;
        }

        if (!Character(pattern, ref at, out char low))
        {
            return false;
        }

        char high = low;
        if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
        {
            at++;
            if (!Character(pattern, ref at, out high))
            {
                return false;
            }
        }

        if (low <= high)
        {
            Literal(low, set);
            set.Append('-');
            Literal(high, set);
        }

        return true;
    }

    private static bool Character(string pattern, ref int at, out char c)
    {
        at += pattern[at] == '\\' ? 1 : 0;
        c = at < pattern.Length ? pattern[at] : default;
        return at++ < pattern.Length;
    }

    private static string? Named(string name) => name switch
    {
        "alnum" => "a-zA-Z0-9",
        "alpha" => "a-zA-Z",
        "blank" => " \\t",
        "cntrl" => "\\x00-\\x1f\\x7f",
        "digit" => "0-9",
        "graph" => "!-~",
        "lower" => "a-z",
        "print" => " -~",
        "punct" => "!-/:-@\\[-`{-~",
        "space" => " \\t-\\r",
        "upper" => "A-Z",
        "xdigit" => "0-9a-fA-F",
        _ => null,
    };

    private static void Literal(char c, StringBuilder to) =>
        to.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
}
