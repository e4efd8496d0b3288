using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class PolicyCommand : VersCommand
{
    private readonly Argument<string?> _alias = new("alias") { Description = "The alias, with its artifact: models/churn@production; or, to demand signatures, an artifact or the beginning of names, such as models/. Without it: all policies.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _require = new("--require") { Description = "A condition that every version has to meet before the alias is moved to it. May be repeated; replaces what was demanded. Without an alias: signed.", HelpName = "condition" };
    private readonly Option<bool> _clear = new("--clear") { Description = "Nothing is demanded any more." };

    internal PolicyCommand()
        : base("policy", "Say what a version has to meet before an alias is moved to it, or which versions have to be signed, or list that.", "0 fine, 2 usage, 3 not found, 5 the alias is a tag, or no key that the store trusts signs that, 6 store unavailable")
    {
        Arguments.Add(_alias);
        Options.Add(_require);
        Options.Add(_clear);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string[] conditions = parsed.GetValue(_require) ?? [];
        bool clears = parsed.GetValue(_clear), changes = clears || conditions.Length > 0;
        if (parsed.GetValue(_alias) is { } artifacts && !artifacts.Contains('@', StringComparison.Ordinal) && changes)
        {
            return await DemandAsync(parsed, reply, artifacts, conditions, clears, cancellationToken).ConfigureAwait(false);
        }

        (string? artifact, string? alias) = parsed.GetValue(_alias) is { } text ? RollbackCommand.Split(text) : default((string?, string?));
        if ((clears && conditions.Length > 0) || (changes && artifact is null))
        {
            throw new VersioningException("usage", clears ? "--clear takes one alias and no --require." : "--require needs an alias.", "Such as: vers policy models/churn@production --require \"metric.f1 >= 0.9\"");
        }

        await using VersionStore store = await (changes ? OpenToWriteAsync(parsed, cancellationToken) : OpenAsync(parsed, cancellationToken)).ConfigureAwait(false);
        if (changes)
        {
            await store.SetPolicyAsync(artifact!, alias!, conditions, cancellationToken).ConfigureAwait(false);
        }

        List<(string Artifact, string Alias, IReadOnlyList<string> Conditions)> policies = await store.ListArtifactsAsync(cancellationToken)
            .SelectMany(a => a.Policies.Select(policy => (a.Name, policy.Key, policy.Value)))
            .Where(p => artifact is null || (p.Name == artifact && p.Key == alias))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> demands = artifact is null ? await store.ListSignatureDemandsAsync(cancellationToken).ConfigureAwait(false) : [];
        reply.Document(json =>
        {
            VersionJson.WriteNames(json, "signed", demands);
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
        foreach (string demand in demands)
        {
            reply.Row(new(demand, Color: ConsoleColor.Yellow), new("signed"));
        }

        foreach ((string name, string named, IReadOnlyList<string> demanded) in policies)
        {
            reply.Row(new($"{name}@{named}", Color: ConsoleColor.Yellow), new(string.Join("; ", demanded)));
        }

        return 0;
    }

    /// <summary>That versions are signed, whatever they are called: the only thing that is demanded of all of them.</summary>
    private static async Task<int> DemandAsync(ParseResult parsed, Reply reply, string artifacts, string[] conditions, bool clears, CancellationToken cancellationToken)
    {
        if (clears ? conditions.Length > 0 : conditions is not ["signed"])
        {
            throw new VersioningException("usage", $"Of all versions of '{artifacts}' only 'signed' can be demanded.", $"Such as: vers policy {artifacts} --require signed, or --clear. Other conditions are those of an alias.");
        }

        await using VersionStore store = await OpenToWriteAsync(parsed, cancellationToken).ConfigureAwait(false);
        bool isNew = await store.DemandSignaturesAsync(artifacts, !clears, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> demands = await store.ListSignatureDemandsAsync(cancellationToken).ConfigureAwait(false);
        reply.Document(json =>
        {
            VersionJson.WriteNames(json, "signed", demands);
            json.WriteBoolean("unchanged", !isNew);
        });
        reply.Line($"Versions of {artifacts} {(clears ? "need not be signed" : "have to be signed")}{(isNew ? "" : ", as before")}");
        return 0;
    }
}
