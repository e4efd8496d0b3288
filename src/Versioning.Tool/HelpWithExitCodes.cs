using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Versioning.Tool.Commands;

namespace Versioning.Tool;

/// <summary>The usual help, and below it the exit codes, which are part of the contract.</summary>
internal sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
{
    private const string All = """
        0    fine
          1    another error
          2    usage: arguments, a name, a reference or an option that is not valid
          3    not found: store, artifact, version, file
          4    integrity: something is not what its digest says
          5    conflict: the store or the disk is not as it was expected
          6    the store is unavailable
          7    the command that was to be run failed
          130  cancelled
        """;

    public override bool ClearsParseErrors => help.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        // In the list of commands an argument that may be left out looks like one that may not.
        foreach (Argument argument in parseResult.CommandResult.Command.Subcommands.SelectMany(command => command.Arguments))
        {
            argument.Hidden = true;
        }

        int result = help.Invoke(parseResult);
        string codes = parseResult.CommandResult.Command is VersCommand command
            ? $"{command.ExitCodes}; 1 another error, 130 cancelled"
            : All;
        parseResult.InvocationConfiguration.Output.WriteLine($"Exit codes:{Environment.NewLine}  {codes}{Environment.NewLine}");
        return result;
    }
}
