using System.Text;
using System.Text.RegularExpressions;
using MAB.DotIgnore;

namespace Versioning.Files;

/// <summary>Lines with the rules of gitignore.</summary>
/// <remarks>
/// The package translates the wild cards. The rest of git's rules is kept here: its own matching tries a pattern without
/// a slash on every segment, where git looks at the last one only, and takes a backslash in a name for a separator.
/// </remarks>
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

    private sealed record Rule(Regex Pattern, bool Negated, bool DirectoriesOnly, bool NameOnly)
    {
        public static Rule? Parse(string line)
        {
            string text = TrimmedEnd(line.TrimEnd('\r'));
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
            string? pattern = text.Length == 0 ? null : Matcher.ToRegex(SingleStars(text));
            if (pattern is null)
            {
                return null;
            }

            // '$' also matches before a line feed at the end, which a name may have.
            pattern = pattern.EndsWith('$') ? pattern[..^1] + "\\z" : pattern;
            return new Rule(new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Singleline), negated, directories, nameOnly);
        }

        // Spaces at the end do not count unless a backslash quotes them.
        private static string TrimmedEnd(string line)
        {
            int end = line.Length;
            while (end > 0 && line[end - 1] == ' ' && !(end > 1 && line[end - 2] == '\\'))
            {
                end--;
            }

            return line[..end];
        }

        // Two stars mean something only as a whole segment; elsewhere git reads them as one, the package as an error.
        private static string SingleStars(string pattern)
        {
            string[] segments = pattern.Split('/');
            for (int i = 0; i < segments.Length; i++)
            {
                if (segments.Length == 1 || segments[i] != "**")
                {
                    segments[i] = CollapseStars(segments[i]);
                }
            }

            return string.Join('/', segments);
        }

        private static string CollapseStars(string segment)
        {
            var text = new StringBuilder(segment.Length);
            foreach (char c in segment)
            {
                if (c != '*' || text.Length == 0 || text[^1] != '*')
                {
                    text.Append(c);
                }
            }

            return text.ToString();
        }
    }
}
