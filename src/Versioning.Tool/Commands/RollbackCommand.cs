using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class RollbackCommand : VersCommand
{
    private readonly Argument<string> _alias = new("alias") { Description = "The alias, with its artifact: models/churn@production." };

    internal RollbackCommand()
        : base("rollback", "Move an alias back to what it named before its last move, if that meets its policy.", "0 fine, 2 usage, 3 not found, or it has named one version only, 5 a condition does not hold, or somebody moved it meanwhile, 6 store unavailable") => Arguments.Add(_alias);

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        (string artifact, string alias) = Split(parsed.GetRequiredValue(_alias));
        await using VersionStore store = await OpenToWriteAsync(parsed, cancellationToken).ConfigureAwait(false);
        PromoteCommand.Tell(reply, await store.RollBackAliasAsync(artifact, alias, cancellationToken).ConfigureAwait(false));
        return 0;
    }

    /// <summary>An artifact and one of its aliases, written as a reference.</summary>
    internal static (string Artifact, string Alias) Split(string text) => text.Split('@') is [{ Length: > 0 } artifact, { Length: > 0 } alias]
        ? (artifact, alias)
        : throw new VersioningException("usage", $"'{text}' is not an artifact with one of its aliases.", "Write both, such as models/churn@production.");
}
