using System.Text;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace Versioning.Tool.Output;

/// <summary>
/// Markdown of others for a terminal, line by line: headings, lists, quotes, code, emphasis and links. What it does not
/// know stays as it is written. Nothing that controls a terminal gets through, whatever stands there.
/// </summary>
internal static partial class MarkdownText
{
    /// <summary>The lines, in Spectre's markup.</summary>
    internal static IEnumerable<string> Lines(string markdown)
    {
        string? fence = null;
        bool inFront = false, isFirst = true;
        foreach (string raw in markdown.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            string line = Clean(raw);
            string start = line.TrimStart();
            if (isFirst && line.TrimEnd() == "---")
            {
                inFront = true;
                yield return Styled("grey", line);
            }
            else if (inFront)
            {
                inFront = line.TrimEnd() is not ("---" or "...");
                yield return Styled("grey", line);
            }
            else if (fence is not null || start.StartsWith("```", StringComparison.Ordinal) || start.StartsWith("~~~", StringComparison.Ordinal))
            {
                fence = fence is null ? start[..3] : start.StartsWith(fence, StringComparison.Ordinal) ? null : fence;
                yield return Styled("grey", "  " + line);
            }
            else
            {
                yield return Line(line);
            }

            isFirst = false;
        }
    }

    /// <summary>The text without what controls a terminal; tabs are spaces.</summary>
    internal static string Clean(string line) => Human.OneLine(line.Replace("\t", "    ", StringComparison.Ordinal));

    private static string Line(string line)
    {
        if (Heading().Match(line) is { Success: true } heading)
        {
            string style = heading.Groups[1].Length == 1 ? "bold underline" : "bold";
            return $"[{style}]{Inline(heading.Groups[2].Value.TrimEnd().TrimEnd('#').TrimEnd())}[/]";
        }

        if (Item().Match(line) is { Success: true } item)
        {
            return $"{item.Groups[1].Value}• {Inline(item.Groups[2].Value)}";
        }

        return Quote().Match(line) is { Success: true } quote ? $"[grey]│[/] [italic]{Inline(quote.Groups[1].Value)}[/]" : Inline(line);
    }

    /// <summary>Code first: within it nothing means anything.</summary>
    private static string Inline(string text)
    {
        var markup = new StringBuilder();
        int done = 0;
        foreach (Match span in Span().Matches(text))
        {
            markup.Append(Markup.Escape(text[done..span.Index]));
            done = span.Index + span.Length;
            markup.Append(span.Groups switch
            {
                { } groups when groups[1].Success => Styled("aqua", groups[1].Value),
                { } groups when groups[2].Success => Styled("bold", groups[2].Value),
                { } groups => $"{Styled("underline", groups[3].Value)} {Styled("grey", $"({groups[4].Value})")}",
            });
        }

        return markup.Append(Markup.Escape(text[done..])).ToString();
    }

    private static string Styled(string style, string text) => text.Length == 0 ? "" : $"[{style}]{Markup.Escape(text)}[/]";

    [GeneratedRegex(@"^ {0,3}(#{1,6})\s+(.*)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^(\s*)[-*+]\s+(.*)$")]
    private static partial Regex Item();

    [GeneratedRegex(@"^ {0,3}>\s?(.*)$")]
    private static partial Regex Quote();

    [GeneratedRegex(@"`([^`]+)`|\*\*([^*]+)\*\*|!?\[([^\[\]]+)\]\(([^()\s]+)\)")]
    private static partial Regex Span();
}
