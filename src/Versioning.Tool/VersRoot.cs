using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Versioning.Tool.Commands;
using Versioning.Tool.Output;

namespace Versioning.Tool;

/// <summary>The command line as a whole: all commands, what they share, and how a wrong line is told.</summary>
internal static class VersRoot
{
    internal static async Task<int> RunAsync(string[] args)
    {
        RootCommand root = Create();

        // "@2" means a version here, never a response file.
        ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (Refuse(parsed, args) is { } wrong)
        {
            return Failure.Tell(wrong, SharedOptions.AskForJson(args));
        }

        // Whatever goes wrong is told in one way, by Program; so also help that can't be written.
        var told = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
        if (args.Length == 0)
        {
            // Nothing was asked for, so this is no data.
            told.Output = Console.Error;
            await parsed.InvokeAsync(told).ConfigureAwait(false);
            return Failure.Usage;
        }

        if (parsed.CommandResult.Command is VersCommand command)
        {
            told.ProcessTerminationTimeout = command.TimeToEnd;
        }

        return await parsed.InvokeAsync(told).ConfigureAwait(false);
    }

    private static RootCommand Create()
    {
        var root = new RootCommand("Data and models versioned like code, with no server.");
        foreach (Option option in SharedOptions.All)
        {
            root.Options.Add(option);
        }

        foreach (Command command in (Command[])[
            new InitCommand(), new CommitCommand(), new LogCommand(), new ShowCommand(), new LsCommand(), new CatCommand(), new DiffCommand(),
            new FetchCommand(), new VerifyCommand(), new TagCommand(), new AliasCommand(), new PromoteCommand(), new RollbackCommand(), new PolicyCommand(), new KeyCommand(), new SignCommand(), new RunCommand(), new WatchCommand(), new RunsCommand(), new ReproduceCommand(), new CompareCommand(), new LineageCommand(), new AuditCommand(), new CroissantCommand(), new CopyCommand(), new MirrorCommand(), new DoctorCommand(),
            new PinCommand(), new UnpinCommand(), new UpdateCommand(), new RestoreCommand(), new StatusCommand(), new CacheCommand(),
            new BuildRestoreCommand(), new QuickstartCommand()])
        {
            root.Subcommands.Add(command);
        }

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
        return root;
    }

    /// <summary>What is wrong with a line; null: nothing.</summary>
    private static VersioningException? Refuse(ParseResult parsed, string[] args)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [{ } word, ..] && !word.StartsWith('-'))
        {
            string? near = Spelling.Nearest(word, command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name));
            string of = command is RootCommand ? "" : $" of '{PathOf(command)}'";
            return new VersioningException("usage", $"'{word}' is not a command{of}.", near is null ? HelpHint(command) : $"Did you mean '{near}'? {HelpHint(command)}");
        }

        return UnknownOption.Find(parsed, args) ?? EmptyValue.Find(parsed, args) ?? (parsed.Errors.Count > 0 ? Explain(parsed) : null);
    }

    private static VersioningException Explain(ParseResult parsed)
    {
        string message = string.Join(" ", parsed.Errors.Select(e => e.Message));
        return new VersioningException("usage", string.Join(' ', message.Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)), HelpHint(parsed.CommandResult.Command));
    }

    /// <summary>Where to read how a command is called.</summary>
    internal static string HelpHint(Command command) => $"See '{PathOf(command)} --help'.";

    /// <summary>A command with those that it belongs to, such as <c>vers cache show</c>.</summary>
    internal static string PathOf(Command command) =>
        command is RootCommand ? "vers" : $"{PathOf(command.Parents.OfType<Command>().First())} {command.Name}";
}
