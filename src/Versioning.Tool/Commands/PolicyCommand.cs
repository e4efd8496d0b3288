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

        List<AliasPolicy> policies = await store.ListPoliciesAsync(cancellationToken).Where(p => artifact is null || (p.Artifact == artifact && p.Alias == alias)).ToListAsync(cancellationToken).ConfigureAwait(false);
        reply.Document(json =>
        {
            json.WriteStartArray("policies");
            foreach (AliasPolicy policy in policies)
            {
                json.WriteStartObject();
                json.WriteString("name", policy.Artifact);
                json.WriteString("alias", policy.Alias);
                VersionJson.WriteNames(json, "conditions", policy.Conditions);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        foreach (AliasPolicy policy in policies)
        {
            reply.Row(new($"{policy.Artifact}@{policy.Alias}", Color: ConsoleColor.Yellow), new(string.Join("; ", policy.Conditions)));
        }

        return 0;
    }
}
