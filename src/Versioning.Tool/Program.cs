using Versioning;
using System.CommandLine;
using System.CommandLine.Parsing;
using Versioning.Tool.Commands;
using Versioning.Tool.Output;

var root = new RootCommand("Data and models versioned like code, with no server. Exit codes: 0 fine, 1 error, 2 usage, 3 not found, 4 integrity, 5 conflict, 6 store unavailable, 130 cancelled.");
foreach (Command command in (Command[])[
    new InitCommand(), new CommitCommand(), new LogCommand(), new ShowCommand(), new LsCommand(), new CatCommand(), new DiffCommand(),
    new FetchCommand(), new VerifyCommand(), new TagCommand(), new AliasCommand(), new AuditCommand(), new QuickstartCommand()])
{
    root.Subcommands.Add(command);
}

// "@2" means a version here, never a response file.
ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Errors.Count > 0)
{
    string message = string.Join(" ", parsed.Errors.Select(e => e.Message));
    return Failure.Tell(new VersioningException("usage", message, "See 'vers --help'."), args.Contains("--json"));
}

return await parsed.InvokeAsync().ConfigureAwait(false);
