using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class PolicyCommand : VersCommand
{
    private readonly Argument<string?> _alias = new("alias") { Description = "The alias, with its artifact: models/churn@production. Without it: all policies.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _require = new("--require") { Description = "A condition that every version has to meet before the alias is moved to it. May be repeated; replaces what was demanded.", HelpName = "condition" };
    private readonly Option<bool> _clear = new("--clear") { Description = "Nothing is demanded any more." };

    internal PolicyCommand()
        : base("policy", "Say what a version has to meet before an alias is moved to it, or list that.", "0 fine, 2 usage, 3 not found, 5 the alias is a tag, 6 store unavailable")
    {
        Arguments.Add(_alias);
        Options.Add(_require);
        Options.Add(_clear);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string[] conditions = parsed.GetValue(_require) ?? [];
        bool clears = parsed.GetValue(_clear), changes = clears || conditions.Length > 0;
        (string? artifact, string? alias) = parsed.GetValue(_alias) is { } text ? RollbackCommand.Split(text) : default((string?, string?));
        if ((clears && conditions.Length > 0) || (changes && artifact is null))
        {
            throw new VersioningException("usage", clears ? "--clear takes one alias and no --require." : "--require needs an alias.", "Such as: vers policy models/churn@production --require \"metric.f1 >= 0.9\"");
        }

        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        if (changes)
        {
            await store.SetPolicyAsync(artifact!, alias!, conditions, cancellationToken).ConfigureAwait(false);
        }

        List<(string Artifact, string Alias, IReadOnlyList<string> Conditions)> policies = await store.ListArtifactsAsync(cancellationToken)
            .SelectMany(a => a.Policies.Select(policy => (a.Name, policy.Key, policy.Value)))
            .Where(p => artifact is null || (p.Name == artifact && p.Key == alias))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        reply.Document(json =>
        {
            json.WriteStartArray("policies");
            foreach ((string name, string named, IReadOnlyList<string> demanded) in policies)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("alias", named);
                VersionJson.WriteNames(json, "conditions", demanded);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        foreach ((string name, string named, IReadOnlyList<string> demanded) in policies)
        {
            reply.Row(new($"{name}@{named}", Color: ConsoleColor.Yellow), new(string.Join("; ", demanded)));
        }

        return 0;
    }
}
