using System.CommandLine;
using System.Text.Json;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class WatchCommand : VersCommand
{
    private readonly Argument<string[]> _stages = new("stage") { Description = "Stages of versions.json. Default: all.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string[]> _param = new("--param") { Description = "A parameter, name=value; repeatable." };
    private readonly Option<long?> _interval = Numbers.Option("--interval", [], "How often to look, in seconds. Default: 30.", least: 1);
    private readonly Option<string?> _message = new("--message", "-m") { Description = "What to say of the runs." };

    internal WatchCommand()
        : base("watch", "Run stages whenever something that they depend on has changed, until it is stopped.", "2 usage, 3 not found, 4 damaged, 5 conflict, 6 store unavailable")
    {
        Arguments.Add(_stages);
        Options.Add(_param);
        Options.Add(_interval);
        Options.Add(_message);
    }

    internal override TimeSpan TimeToEnd => ToEndPrograms;

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        using Stream output = reply.IsJson ? Console.OpenStandardError() : Console.OpenStandardOutput(), error = Console.OpenStandardError();
        var options = new PipelineOptions
        {
            Stages = parsed.GetValue(_stages) ?? [],
            Parameters = KeyValues.Parse("--param", parsed.GetValue(_param)),
            Message = parsed.GetValue(_message) ?? "",
            Output = output,
            Error = error,
            Starting = StageText.Starting,
            Waiting = StageText.Waiting,
            Ended = StageText.Ended,
        };
        var pipeline = Pipeline.Open();
        var interval = TimeSpan.FromSeconds(Math.Min(parsed.GetValue(_interval) ?? 30, 86400));
        await using VersionStore store = await OpenToWriteAsync(parsed, cancellationToken).ConfigureAwait(false);
        await foreach (IReadOnlyList<StageResult> results in pipeline.WatchAsync(store, interval, options, cancellationToken).ConfigureAwait(false))
        {
            if (reply.IsJson)
            {
                WriteLine(results);
            }
        }

        return 0;
    }

    /// <summary>One line for each round: there is no end at which a document could be whole.</summary>
    private static void WriteLine(IReadOnlyList<StageResult> results)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            StageJson.Write(json, results);
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        using Stream output = Console.OpenStandardOutput();
        line.WriteTo(output);
    }
}
