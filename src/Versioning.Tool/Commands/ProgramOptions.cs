using System.CommandLine;

namespace Versioning.Tool.Commands;

/// <summary>What can be said of a program that is run alone.</summary>
internal sealed class ProgramOptions
{
    private readonly Option<string[]> _input = new("--input") { Description = "Program: a version that it reads; repeatable.", HelpName = "reference" };
    private readonly Option<string[]> _output = new("--output") { Description = "Program: what it makes, artifact=path; repeatable.", HelpName = "artifact=path" };
    private readonly Option<string[]> _meta = new("--meta") { Description = "Program: metadata, name=value; repeatable.", HelpName = "name=value" };
    private readonly Option<string?> _metrics = new("--metrics") { Description = "Program: a JSON file in which it leaves its metrics.", HelpName = "file" };
    private readonly Option<string[]> _env = new("--env") { Description = "Program: an environment variable to record, or a glob of some; repeatable.", HelpName = "name" };
    private readonly Option<bool> _noCode = new("--no-code") { Description = "Program: record no code." };

    internal IReadOnlyList<Option> All => [_input, _output, _meta, _metrics, _env, _noCode];

    internal StartRunOptions Start(ParseResult parsed, string[] command, Dictionary<string, string> parameters, string message) => new()
    {
        Message = message,
        Inputs = [.. (parsed.GetValue(_input) ?? []).Select(text => new ArtifactReference(text))],
        Parameters = parameters,
        Metadata = KeyValues.Parse("--meta", parsed.GetValue(_meta)),
        EnvironmentVariables = parsed.GetValue(_env) ?? [],
        Command = command,
        RecordCode = !parsed.GetValue(_noCode),
    };

    internal Func<Stream, Stream, RunCommandOptions> Run(ParseResult parsed, StartRunOptions start)
    {
        Dictionary<string, string> outputs = KeyValues.Parse("--output", parsed.GetValue(_output));
        string? metrics = parsed.GetValue(_metrics);
        return (output, error) => new RunCommandOptions { Start = start, Outputs = outputs, Metrics = metrics, Output = output, Error = error };
    }
}
