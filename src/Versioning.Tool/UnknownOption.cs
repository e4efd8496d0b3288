using System.CommandLine;
using System.CommandLine.Parsing;

namespace Versioning.Tool;

/// <summary>Words that look like an option and are none: the parser would take them for arguments.</summary>
internal static class UnknownOption
{
    /// <summary>What to say of the first one before <c>--</c>; null: there is none.</summary>
    internal static VersioningException? Find(ParseResult parsed, string[] args)
    {
        CommandResult command = parsed.CommandResult;
        string? word = GivenWords.Before(parsed, args).Select(given => given.Word).FirstOrDefault(text => text.Length > 1 && text[0] == '-');
        if (word is null)
        {
            return null;
        }

        IEnumerable<Option> known = command.Command.Options.Concat(SharedOptions.All);
        string? near = Spelling.Nearest(word.Split('=', ':')[0], known.SelectMany(option => option.Aliases.Prepend(option.Name)).Where(name => name.StartsWith("--", StringComparison.Ordinal)));
        string help = VersRoot.HelpHint(command.Command);
        return new VersioningException(
            "usage",
            $"'{word}' is not an option of '{VersRoot.PathOf(command.Command)}'.",
            near is null ? $"{help} What begins with '-' and is no option goes behind '--'." : $"Did you mean '{near}'? {help}");
    }
}
