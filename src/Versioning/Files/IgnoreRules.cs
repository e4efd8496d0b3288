namespace Versioning.Files;

/// <summary>Lines with the rules of gitignore.</summary>
internal sealed class IgnoreRules
{
    private readonly Rule[] _rules;

    private IgnoreRules(Rule[] rules) => _rules = rules;

    /// <summary>The rules, or null where no line holds one.</summary>
    public static IgnoreRules? Parse(IEnumerable<string> lines)
    {
        Rule[] rules = [.. lines.Select(Rule.Parse).OfType<Rule>()];
        return rules.Length == 0 ? null : new IgnoreRules(rules);
    }

    /// <summary>What the last matching line says of a path: taken by the pattern (true), given back by '!' (false), nothing (null).</summary>
    public bool? Match(ReadOnlySpan<char> path, bool isDirectory)
    {
        ReadOnlySpan<char> name = path[(path.LastIndexOf('/') + 1)..];
        for (int i = _rules.Length - 1; i >= 0; i--)
        {
            Rule rule = _rules[i];
            if ((isDirectory || !rule.DirectoriesOnly) && rule.Pattern.IsMatch(rule.NameOnly ? name : path))
            {
                return !rule.Negated;
            }
        }

        return null;
    }

    private sealed record Rule(Wildcard Pattern, bool Negated, bool DirectoriesOnly, bool NameOnly)
    {
        public static Rule? Parse(string line)
        {
            string text = TrimmedEnd(line.EndsWith('\r') ? line[..^1] : line);
            bool negated = text.StartsWith('!');
            text = negated ? text[1..] : text;
            if (text.Length == 0 || (!negated && text[0] == '#'))
            {
                return null;
            }

            bool directories = text.EndsWith('/');
            text = directories ? text[..^1] : text;
            bool nameOnly = !text.Contains('/', StringComparison.Ordinal);
            text = text.StartsWith('/') ? text[1..] : text;
            Wildcard? pattern = text.Length == 0 ? null : GitPattern.Parse(text);
            return pattern is null ? null : new Rule(pattern, negated, directories, nameOnly);
        }

        // Spaces at the end do not count unless a backslash quotes them.
        private static string TrimmedEnd(string line)
        {
            int end = 0;
            for (int i = 0; i < line.Length; i++)
            {
                if (line[i] == '\\')
                {
                    i++;
                    end = i + 1;
                }
                else if (line[i] != ' ')
                {
                    end = i + 1;
                }
            }

            return end < line.Length ? line[..end] : line;
        }
    }
}
