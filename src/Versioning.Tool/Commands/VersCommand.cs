using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

/// <summary>What every command has: its exit codes, the shared options, and one way to fail.</summary>
internal abstract class VersCommand : Command
{
    protected VersCommand(string name, string description, string exitCodes)
        : base(name, description)
    {
        ExitCodes = exitCodes;
        SetAction(async (parsed, cancellationToken) =>
        {
            bool json = IsJson(parsed);
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

    /// <summary>For a command that runs programs: they get ten seconds, and what became of them is recorded then.</summary>
    protected static readonly TimeSpan ToEndPrograms = TimeSpan.FromMinutes(1);

    /// <summary>How long it may take to come to an end when it is told to stop; the process ends as it is then.</summary>
    internal virtual TimeSpan TimeToEnd => TimeSpan.FromSeconds(2);

    /// <summary>Those that it has besides 1 and 130.</summary>
    internal string ExitCodes { get; }

    /// <summary>Whether one JSON document is asked for.</summary>
    protected virtual bool IsJson(ParseResult parsed) => parsed.GetValue(SharedOptions.Json);

    protected abstract Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken);

    protected static Task<VersionStore> OpenAsync(ParseResult parsed, CancellationToken cancellationToken) => OpenAsync(parsed, signer: null, cancellationToken);

    /// <summary>Opens the store for something that writes, and is signed where there is a key.</summary>
    protected static Task<VersionStore> OpenToWriteAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        OpenAsync(parsed, SigningKeys.Find(parsed.GetValue(SharedOptions.Key)), cancellationToken);

    protected static Task<VersionStore> OpenAsync(ParseResult parsed, SigningKey? signer, CancellationToken cancellationToken)
    {
        var options = new VersionStoreOptions { Signer = signer, Logger = new StoreWarnings(), TrustedKeys = SigningKeys.Trusted(parsed.GetValue(SharedOptions.TrustedKey)) };
        return VersionStore.OpenAsync(AzureSignIn.Ready(StoreLocator.Find(parsed.GetValue(SharedOptions.Store))), options, cancellationToken);
    }

    protected static ProgressLine? Progress(ParseResult parsed) => parsed.GetValue(SharedOptions.Quiet) ? null : new ProgressLine();

    /// <summary>References in full: one that begins with <c>@</c> is about the same artifact as the one before.</summary>
    protected static IReadOnlyList<string> InFull(IReadOnlyList<string> references)
    {
        var full = new List<string>();
        foreach (string reference in references)
        {
            full.Add(reference.StartsWith('@') && full.Count > 0 ? full[^1].Split('@', '#')[0] + reference : reference);
        }

        return full;
    }

    /// <summary>The name of an artifact, where a reference to one version would be too much.</summary>
    protected static string NameOnly(string text) =>
        text.IndexOfAny(['@', '#']) is >= 0 and int end
            ? throw new VersioningException("usage", $"'{text}' names one version, and this command is about an artifact.", end == 0 ? null : $"Give its name alone: {text[..end]}")
            : text;
}
