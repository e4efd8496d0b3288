namespace Versioning.Files;

/// <summary>Git's wild cards.</summary>
/// <remarks>A test compares with git itself. Characters are UTF-16 code units, where git counts bytes.</remarks>
internal static class GitPattern
{
    /// <summary>The pattern, or null for one that matches nothing.</summary>
    public static Wildcard? Parse(string pattern)
    {
        Wildcard.CheckLength(pattern);
        var tokens = new List<WildcardToken>();
        for (int i = 0; i < pattern.Length;)
        {
            switch (pattern[i])
            {
                case '*':
                    tokens.Add(Stars(pattern, ref i));
                    break;
                case '?':
                    tokens.Add(WildcardToken.AnyCharacter);
                    i++;
                    break;
                case '[':
                    if (Bracket(pattern, ref i) is not { } set)
                    {
                        return null;
                    }

                    tokens.Add(set);
                    break;
                case '\\':
                    if (i + 1 == pattern.Length)
                    {
                        return null;
                    }

                    tokens.Add(new(WildcardKind.Literal, pattern[i + 1]));
                    i += 2;
                    break;
                default:
                    tokens.Add(new(WildcardKind.Literal, pattern[i++]));
                    break;
            }
        }

        return Wildcard.Of(tokens);
    }

    /// <summary>The set that begins at <paramref name="i"/>, which moves behind it; null for one that is not closed or not known.</summary>
    public static WildcardToken? Bracket(string pattern, ref int i)
    {
        int at = i + 1;
        bool negated = at < pattern.Length && pattern[at] is '!' or '^';
        at += negated ? 1 : 0;
        var ranges = new List<(char, char)>();
        for (bool first = true; ; first = false)
        {
            if (at >= pattern.Length)
            {
                return null;
            }

            if (pattern[at] == ']' && !first)
            {
                break;
            }

            if (!Item(pattern, ref at, ranges))
            {
                return null;
            }
        }

        i = at + 1;
        return new WildcardToken(WildcardKind.Set, Negated: negated, Ranges: [.. ranges]);
    }

    private static WildcardToken Stars(string pattern, ref int i)
    {
        int start = i;
        while (i < pattern.Length && pattern[i] == '*')
        {
            i++;
        }

        // Two stars mean any number of folders only as a whole segment. Git compares what comes before the first wild card
        // by itself and takes what is left for the whole pattern, so there they do as well.
        ReadOnlySpan<char> before = pattern.AsSpan(0, start);
        bool opens = before.EndsWith('/') || !before.ContainsAny("*?[\\");
        if (i - start < 2 || !opens || (i < pattern.Length && pattern[i] != '/'))
        {
            return new(WildcardKind.AnyInSegment);
        }

        return i++ == pattern.Length ? new(WildcardKind.Anything) : new(WildcardKind.Folders);
    }

    private static bool Item(string pattern, ref int at, List<(char, char)> ranges)
    {
        if (pattern[at] == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':')
        {
            int end = pattern.IndexOf(":]", at + 2, StringComparison.Ordinal);
            (char, char)[]? named = end < 0 ? null : Named(pattern[(at + 2)..end]);
            ranges.AddRange(named ?? []);
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

        // A range that runs backwards holds nothing.
        ranges.Add((low, high));
        return true;
    }

    private static bool Character(string pattern, ref int at, out char c)
    {
        at += pattern[at] == '\\' ? 1 : 0;
        c = at < pattern.Length ? pattern[at] : default;
        return at++ < pattern.Length;
    }

    private static (char, char)[]? Named(string name) => name switch
    {
        "alnum" => [('a', 'z'), ('A', 'Z'), ('0', '9')],
        "alpha" => [('a', 'z'), ('A', 'Z')],
        "blank" => [(' ', ' '), ('\t', '\t')],
        "cntrl" => [('\0', '\x1f'), ('\x7f', '\x7f')],
        "digit" => [('0', '9')],
        "graph" => [('!', '~')],
        "lower" => [('a', 'z')],
        "print" => [(' ', '~')],
        "punct" => [('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "space" => [(' ', ' '), ('\t', '\r')],
        "upper" => [('A', 'Z')],
        "xdigit" => [('0', '9'), ('a', 'f'), ('A', 'F')],
        _ => null,
    };
}
