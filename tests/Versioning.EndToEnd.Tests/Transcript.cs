using System.Text;
using System.Text.RegularExpressions;

namespace Versioning.EndToEnd.Tests;

/// <summary>A command that a document shows, and the lines that it says come out.</summary>
/// <param name="Command">What is typed, in one or several lines.</param>
/// <param name="Shown">What comes out: <c>…</c> stands for any text of a line, alone in one for any lines.</param>
internal sealed record TranscriptStep(string Command, IReadOnlyList<string> Shown)
{
    /// <summary>Whether this is what came out. Terminals align where pipes have tabs, so white space is as good as other.</summary>
    internal bool Shows(string output)
    {
        var pattern = new StringBuilder("\\A");
        foreach (string line in Shown.Select(Transcript.Squeeze))
        {
            pattern.Append(line == "…" ? "(.*\n)*?" : Regex.Escape(line).Replace("…", ".*?", StringComparison.Ordinal) + "\n");
        }

        return Regex.IsMatch(string.Concat(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Transcript.Squeeze(line) + "\n")), pattern.Append("\\z").ToString());
    }
}

/// <summary>What a shell's console shows, as documents have it: commands behind <c>$</c>, their further lines behind <c>&gt;</c>, and what comes out.</summary>
internal static partial class Transcript
{
    // Ends what a command prints; no command does.
    private const char End = '\u001e';

    internal static IReadOnlyList<TranscriptStep> Read(IEnumerable<string> blocks)
    {
        var steps = new List<(StringBuilder Command, List<string> Shown)>();
        foreach (string line in blocks.SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                steps.Add((new StringBuilder(line[2..]), []));
            }
            else if (line.StartsWith("> ", StringComparison.Ordinal))
            {
                steps[^1].Command.Append('\n').Append(line[2..]);
            }
            else
            {
                steps[^1].Shown.Add(line);
            }
        }

        return [.. steps.Select(step => new TranscriptStep(step.Command.ToString(), step.Shown))];
    }

    /// <summary>A script that runs the commands in one shell, whatever becomes of each, and says where each ends and how.</summary>
    internal static string Script(IEnumerable<TranscriptStep> steps) =>
        "exec 2>&1\n" + string.Concat(steps.Select(step => $"{step.Command}\nstatus=$?; printf '\\036%d\\036' $status; (exit $status)\n"));

    /// <summary>What each command printed, and its exit code.</summary>
    internal static IReadOnlyList<(string Output, string Exit)> Split(string output) =>
        [.. output.Split(End).Chunk(2).Where(pair => pair.Length == 2).Select(pair => (Progress().Replace(pair[0], ""), pair[1]))];

    internal static string Squeeze(string line) => WhiteSpace().Replace(line, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    // What takes longer than five seconds says so.
    [GeneratedRegex(@"^.* · \d+ files? · .*/s.*\n", RegexOptions.Multiline)]
    private static partial Regex Progress();
}
