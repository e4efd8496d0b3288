using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

/// <summary>What every command has: <c>--store</c>, <c>--json</c>, <c>--quiet</c>, and one way to fail.</summary>
internal abstract class VersCommand : Command
{
    private readonly Option<string?> _store = new("--store") { Description = "The store: a path or URI. Default: VERSIONING_STORE, else the nearest versions.json." };
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document on stdout." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "No progress." };

    protected VersCommand(string name, string description)
        : base(name, description)
    {
        Options.Add(_store);
        Options.Add(_json);
        Options.Add(_quiet);
        SetAction(async (parsed, cancellationToken) =>
        {
            bool json = parsed.GetValue(_json);
            try
            {
                return await RunAsync(parsed, new Reply(json), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                return Failure.Tell(cancellationToken.IsCancellationRequested ? new OperationCanceledException() : e, json);
            }
        });
    }

    protected abstract Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken);

    protected string? StoreOption(ParseResult parsed) => parsed.GetValue(_store);

    protected Task<VersionStore> OpenAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        VersionStore.OpenAsync(StoreLocator.Find(parsed.GetValue(_store)), cancellationToken: cancellationToken);

    protected ProgressLine? Progress(ParseResult parsed) => parsed.GetValue(_quiet) ? null : new ProgressLine();
}
