using System.CommandLine;
using System.CommandLine.Parsing;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

/// <summary>Stages of <c>versions.json</c>, or after <c>--</c> a program alone.</summary>
internal sealed class RunCommand : VersCommand
{
    private readonly Argument<string[]> _words = new("stage") { Description = "Stages of versions.json, default all; or the name of a run, then -- and a program with its arguments.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string[]> _param = new("--param") { Description = "A parameter, name=value; repeatable." };
    private readonly Option<string?> _message = new("--message", "-m") { Description = "What to say of the run." };
    private readonly ProgramOptions _program = new();
    private readonly StageOptions _stages = new();

    internal RunCommand()
        : base("run", "Bring stages up to date, or run a program; what it read, made and measured is recorded.", "0 fine, 1 with --check: not all is up to date, 2 usage, 3 not found, 4 damaged, 5 conflict, 6 store unavailable, 7 a command failed")
    {
        Arguments.Add(_words);
        foreach (Option option in (Option[])[_param, _message, .. _program.All, .. _stages.All])
        {
            Options.Add(option);
        }
    }

    internal override TimeSpan TimeToEnd => ToEndPrograms;

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string[] words = parsed.GetValue(_words) ?? [];
        int dashes = parsed.Tokens.ToList().FindIndex(token => token.Type == TokenType.DoubleDash);
        int command = dashes < 0 ? 0 : parsed.Tokens.Count - dashes - 1;
        Dictionary<string, string> parameters = KeyValues.Parse("--param", parsed.GetValue(_param));
        string message = parsed.GetValue(_message) ?? "";
        if (dashes >= 0)
        {
            RequireNone(parsed, _stages.All, "is about stages of versions.json, and this is a program alone");
            if (words.Length != command + 1 || command == 0)
            {
                throw new VersioningException("usage", "A program is run as 'vers run <name> -- <program> [argument…]'.");
            }

            StartRunOptions start = _program.Start(parsed, words[1..], parameters, message);
            await using VersionStore store = await OpenToWriteAsync(parsed, cancellationToken).ConfigureAwait(false);
            return await RunProgramAsync(store, words[0], _program.Run(parsed, start), reply, cancellationToken).ConfigureAwait(false);
        }

        RequireNone(parsed, _program.All, "is about a program alone: stages of versions.json say it themselves");
        var stages = Pipeline.Open();
        await using VersionStore pipelineStore = await OpenToWriteAsync(parsed, cancellationToken).ConfigureAwait(false);
        return await _stages.RunAsync(parsed, stages, pipelineStore, words, parameters, message, reply, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> RunProgramAsync(VersionStore store, string name, Func<Stream, Stream, RunCommandOptions> options, Reply reply, CancellationToken cancellationToken)
    {
        // Stdout is for the document, where there is one.
        using Stream output = reply.IsJson ? Console.OpenStandardError() : Console.OpenStandardOutput(), error = Console.OpenStandardError();
        ArtifactVersion ended = await store.RunCommandAsync(name, options(output, error), cancellationToken).ConfigureAwait(false);
        reply.Document(json => VersionJson.Write(json, ended));
        if (!reply.IsJson)
        {
            // What the command printed is the data here.
            Reply.Note($"{ended.Pin} {VersionJson.Outcome(ended.Run!.Outcome)}{string.Concat(ended.Run.Outputs.Select(made => $" · made {made.Artifact}@{made.Number}"))}");
        }

        return ended.Run!.Outcome == RunOutcome.Succeeded ? 0 : Failure.CommandFailed;
    }

    private static void RequireNone(ParseResult parsed, IEnumerable<Option> options, string why)
    {
        if (options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new VersioningException("usage", $"{given.Name} {why}.");
        }
    }
}
