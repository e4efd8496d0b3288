using System.CommandLine;
using System.CommandLine.Parsing;

namespace Versioning.Tool;

/// <summary>Arguments, files and folders that are named by nothing: an empty variable in a script must not mean some other place.</summary>
internal static class EmptyValue
{
    /// <summary>What to say of the first one before <c>--</c>; null: there is none.</summary>
    internal static VersioningException? Find(ParseResult parsed, string[] args)
    {
        CommandResult command = parsed.CommandResult;
        string? name = GivenWords.Before(parsed, args)
            .Where(given => given.Argument.Length > 0 && given.Word.Length == 0)
            .Select(given => $"<{given.Argument}>")
            .Concat(Options(command).Where(option => IsPlace(option.Option) && option.Tokens.Any(token => token.Value.Length == 0)).Select(option => option.Option.Name))
            .FirstOrDefault();
        return name is null ? null : new VersioningException("usage", $"{name} is empty.", VersRoot.HelpHint(command.Command));
    }

    private static IEnumerable<OptionResult> Options(SymbolResult? at) =>
        at is CommandResult command ? command.Children.OfType<OptionResult>().Concat(Options(command.Parent)) : [];

    private static bool IsPlace(Option option) =>
        option.HelpName is { } value && (value.Contains("file", StringComparison.Ordinal) || value.Contains("folder", StringComparison.Ordinal) || value.StartsWith("path", StringComparison.Ordinal));
}
