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
        if (parsed.Errors.Count > 0)
        {
            return Failure.Tell(Explain(root, parsed), SharedOptions.AskForJson(args));
        }

        if (args.Length == 0)
        {
            // Nothing was asked for, so this is no data.
            await parsed.InvokeAsync(new InvocationConfiguration { Output = Console.Error }).ConfigureAwait(false);
            return Failure.Usage;
        }

        var invocation = new InvocationConfiguration();
        if (parsed.CommandResult.Command is VersCommand command)
        {
            invocation.ProcessTerminationTimeout = command.TimeToEnd;
        }

        return await parsed.InvokeAsync(invocation).ConfigureAwait(false);
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

    private static VersioningException Explain(RootCommand root, ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command == root && parsed.UnmatchedTokens is [{ } word, ..] && !word.StartsWith('-'))
        {
            string? near = Spelling.Nearest(word, root.Subcommands.Select(c => c.Name));
            return new VersioningException("usage", $"'{word}' is not a command.", near is null ? "See 'vers --help'." : $"Did you mean '{near}'? See 'vers --help'.");
        }

        string message = string.Join(" ", parsed.Errors.Select(e => e.Message));
        return new VersioningException("usage", string.Join(' ', message.Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)), command == root ? "See 'vers --help'." : $"See 'vers {PathOf(command)} --help'.");
    }

    /// <summary>A command with those that it belongs to, such as <c>cache show</c>.</summary>
    private static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault(parent => parent is not RootCommand) is { } group ? $"{PathOf(group)} {command.Name}" : command.Name;
}
