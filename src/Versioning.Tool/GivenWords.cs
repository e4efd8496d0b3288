using System.CommandLine;
using System.CommandLine.Parsing;

namespace Versioning.Tool;

/// <summary>What a line gives a command beside its options. What stands behind <c>--</c> is nobody's matter: any word may.</summary>
internal static class GivenWords
{
    /// <summary>Those before <c>--</c>, each with the argument that took it.</summary>
    internal static IEnumerable<(string Argument, string Word)> Before(ParseResult parsed, string[] args) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens.Select(token => (argument.Argument.Name, token.Value)))
            .Concat(parsed.UnmatchedTokens.Select(word => ("", word)))
            .SkipLast(args.SkipWhile(arg => arg != "--").Skip(1).Count());
}
