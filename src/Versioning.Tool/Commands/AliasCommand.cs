using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class AliasCommand : VersCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The artifact." };
    private readonly Argument<string> _alias = new("alias") { Description = "The alias." };
    private readonly Argument<string> _target = new("target") { Description = "The version: a number, tag or reference." };
    private readonly Option<string?> _expect = new("--expect") { Description = "The version that the alias must name now; empty: it must not exist.", HelpName = "version" };

    internal AliasCommand()
        : base("alias", "Move an alias.", "0 fine, 2 usage, 3 not found, 5 the alias is not where it was expected, or the version does not meet its policy, 6 store unavailable")
    {
        Arguments.Add(_name);
        Arguments.Add(_alias);
        Arguments.Add(_target);
        Options.Add(_expect);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        await using VersionStore store = await OpenToWriteAsync(parsed, cancellationToken).ConfigureAwait(false);
        string name = NameOnly(parsed.GetRequiredValue(_name)), alias = parsed.GetRequiredValue(_alias);
        string? expected = parsed.GetValue(_expect);
        if (!await store.MoveAliasAsync(name, alias, parsed.GetRequiredValue(_target), expected, cancellationToken).ConfigureAwait(false))
        {
            throw new ConflictException("alias_moved", $"'{name}@{alias}' {(expected is { Length: > 0 } ? $"does not name {expected}" : "exists already")}; it was not moved.", $"See 'vers log {name}'.");
        }

        ArtifactVersion version = await store.ResolveAsync($"{name}@{alias}", cancellationToken).ConfigureAwait(false);
        reply.Document(json =>
        {
            json.WriteString("alias", alias);
            json.WriteString("pin", version.Pin.ToString());
        });
        reply.Line($"{name}@{alias} → {version.Pin}");
        return 0;
    }
}
