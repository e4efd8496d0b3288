using System.CommandLine;
using Versioning.Tool.Output;
using Versioning.Tool.Running;

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
        await using VersionStore store = await OpenToWriteAsync(parsed, cancellationToken).ConfigureAwait(false);
        await using Run run = await store.StartRunAsync(parsed.GetRequiredValue(_name), options, cancellationToken).ConfigureAwait(false);
        ArtifactVersion ended;
        try
        {
            // Stdout is for the document, where there is one.
            using Stream output = reply.IsJson ? Console.OpenStandardError() : Console.OpenStandardOutput(), error = Console.OpenStandardError();
            int exit = await new RunningCommand(command, Environment.CurrentDirectory, output, error, run.Log).RunAsync(cancellationToken).ConfigureAwait(false);
            ended = exit == 0
                ? await CompleteAsync(run, outputs, parsed.GetValue(_metrics), cancellationToken).ConfigureAwait(false)
                : await run.FailAsync($"The command ended with {exit}.", exit, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await run.CancelAsync("Cancelled.", CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        catch (Exception e) when (run.Outcome is null && e is VersioningException or IOException or UnauthorizedAccessException)
        {
            await run.FailAsync(e.Message, cancellationToken: CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        reply.Document(json => VersionJson.Write(json, ended));
        if (!reply.IsJson)
        {
            // What the command printed is the data here.
            Reply.Note($"{ended.Pin} {VersionJson.Outcome(ended.Run!.Outcome)}{string.Concat(ended.Run.Outputs.Select(made => $" · made {made.Artifact}@{made.Number}"))}");
        }

        return ended.Run!.Outcome == RunOutcome.Succeeded ? 0 : Failure.CommandFailed;
    }

    private static async Task<ArtifactVersion> CompleteAsync(Run run, Dictionary<string, string> outputs, string? metrics, CancellationToken cancellationToken)
    {
        foreach ((string name, double value) in metrics is null ? [] : MetricsFile.Read(metrics))
        {
            run.LogMetric(name, value);
        }

        foreach ((string artifact, string path) in outputs)
        {
            await run.ProduceAsync(artifact, path, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        return await run.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }
}
