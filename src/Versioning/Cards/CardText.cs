using System.Text;
using System.Text.RegularExpressions;

namespace Versioning.Cards;

/// <summary>What a card says in its first sentences.</summary>
internal static partial class CardText
{
    private const int MaxLength = 5000;

    /// <summary>The first paragraph of plain text, in one line and without marks; null where there is none.</summary>
    /// <param name="body">The Markdown, without front matter.</param>
    internal static string? FirstParagraph(string body)
    {
        var paragraph = new StringBuilder();
        string? fence = null;
        bool inComment = false;
        foreach (string line in body.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()))
        {
            if (inComment || line.StartsWith("<!--", StringComparison.Ordinal))
            {
                inComment = !line.Contains("-->", StringComparison.Ordinal);
            }
            else if (fence is not null || line.StartsWith("```", StringComparison.Ordinal) || line.StartsWith("~~~", StringComparison.Ordinal))
            {
                fence = fence is null ? line[..3] : line.StartsWith(fence, StringComparison.Ordinal) ? null : fence;
            }
            else if (IsUnderline(line))
            {
                // What stood above is a heading.
                paragraph.Clear();
            }
            else if (line.Length == 0 || IsOther(line))
            {
                if (Plain(paragraph) is { Length: > 0 } text)
                {
                    return text;
                }

                paragraph.Clear();
            }
            else if (paragraph.Length < MaxLength)
            {
                paragraph.Append(paragraph.Length > 0 ? " " : "").Append(line);
            }
        }

        return Plain(paragraph) is { Length: > 0 } last ? last : null;
    }

    private static bool IsUnderline(string line) => line.Length > 0 && (line.TrimEnd('=').Length == 0 || line.TrimEnd('-').Length == 0);

    /// <summary>Headings, quotes, tables, lists, rules, elements.</summary>
    private static bool IsOther(string line) => line[0] is '#' or '>' or '|' or '<'
        || (line.Length > 1 && line[0] is '-' or '*' or '+' && line[1] is ' ' or '*' && !line.StartsWith("**", StringComparison.Ordinal));

    private static string Plain(StringBuilder paragraph)
    {
        string text = paragraph.ToString(0, Math.Min(paragraph.Length, MaxLength));
        text = Link().Replace(Image().Replace(text, ""), "$1");
        text = text.Replace("**", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [GeneratedRegex(@"\[!\[[^\]]*\]\([^)]*\)\]\([^)]*\)|!\[[^\]]*\]\([^)]*\)")]
    private static partial Regex Image();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();
}
