using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class RunCommand : VersCommand
{
    private readonly Argument<string> _name = new("name") { Description = "What it is a run of, such as train." };
    private readonly Argument<string[]> _command = new("command") { Description = "The program and its arguments, after --; started without a shell.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string[]> _input = new("--input") { Description = "A version that it reads; repeatable." };
    private readonly Option<string[]> _output = new("--output") { Description = "What it makes, artifact=path; repeatable.", HelpName = "artifact=path" };
    private readonly Option<string[]> _param = new("--param") { Description = "A parameter, name=value; repeatable." };
    private readonly Option<string[]> _meta = new("--meta") { Description = "Metadata, name=value; repeatable." };
    private readonly Option<string?> _metrics = new("--metrics") { Description = "A JSON file in which it leaves its metrics.", HelpName = "file" };
    private readonly Option<string[]> _env = new("--env") { Description = "An environment variable to record, or a glob of some; repeatable.", HelpName = "name" };
    private readonly Option<string?> _message = new("--message", "-m") { Description = "What to say of the run." };
    private readonly Option<bool> _noCode = new("--no-code") { Description = "Record no code." };

    internal RunCommand()
        : base("run", "Run a command and record what it read, made and measured.", "0 fine, 2 usage, 3 not found, 5 conflict, 6 store unavailable, 7 the command failed")
    {
        Arguments.Add(_name);
        Arguments.Add(_command);
        foreach (Option option in (Option[])[_input, _output, _param, _meta, _metrics, _env, _message, _noCode])
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string[] command = parsed.GetRequiredValue(_command);
        Dictionary<string, string> outputs = KeyValues.Parse("--output", parsed.GetValue(_output));
        var options = new StartRunOptions
        {
            Message = parsed.GetValue(_message) ?? "",
            Inputs = [.. (parsed.GetValue(_input) ?? []).Select(text => new ArtifactReference(text))],
            Parameters = KeyValues.Parse("--param", parsed.GetValue(_param)),
            Metadata = KeyValues.Parse("--meta", parsed.GetValue(_meta)),
            EnvironmentVariables = parsed.GetValue(_env) ?? [],
            Command = command,
            RecordCode = !parsed.GetValue(_noCode),
        };
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);

        // Stdout is for the document, where there is one.
        using Stream output = reply.IsJson ? Console.OpenStandardError() : Console.OpenStandardOutput(), error = Console.OpenStandardError();
        var run = new RunCommandOptions { Start = options, Outputs = outputs, Metrics = parsed.GetValue(_metrics), Output = output, Error = error };
        ArtifactVersion ended = await store.RunCommandAsync(parsed.GetRequiredValue(_name), run, cancellationToken).ConfigureAwait(false);
        reply.Document(json => VersionJson.Write(json, ended));
        if (!reply.IsJson)
        {
            // What the command printed is the data here.
            Reply.Note($"{ended.Pin} {VersionJson.Outcome(ended.Run!.Outcome)}{string.Concat(ended.Run.Outputs.Select(made => $" · made {made.Artifact}@{made.Number}"))}");
        }

        return ended.Run!.Outcome == RunOutcome.Succeeded ? 0 : Failure.CommandFailed;
    }
}
