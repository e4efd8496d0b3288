using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class PromoteCommand : VersCommand
{
    private readonly Argument<string> _reference = new("reference") { Description = References };
    private readonly Argument<string> _alias = new("alias") { Description = "The alias, such as production." };
    private readonly Option<string[]> _require = new("--require") { Description = "A condition that has to hold, such as \"metric.f1 >= production.metric.f1 - 0.01\". May be repeated.", HelpName = "condition" };

    internal PromoteCommand()
        : base("promote", "Move an alias to a version, if it meets the conditions.", "0 fine, 2 usage, 3 not found, 5 a condition does not hold, 6 store unavailable")
    {
        Arguments.Add(_reference);
        Arguments.Add(_alias);
        Options.Add(_require);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        await using VersionStore store = await OpenToWriteAsync(parsed, cancellationToken).ConfigureAwait(false);
        PromotionResult result = await store.PromoteAsync(parsed.GetRequiredValue(_reference), parsed.GetRequiredValue(_alias), parsed.GetValue(_require) ?? [], cancellationToken).ConfigureAwait(false);
        Tell(reply, result);
        return 0;
    }

    internal static void Tell(Reply reply, PromotionResult result)
    {
        reply.Document(json =>
        {
            json.WriteString("alias", result.Alias);
            json.WriteString("before", result.Before?.ToString());
            json.WriteString("pin", result.After.ToString());
            json.WriteBoolean("moved", result.Moved);
        });
        string was = !result.Moved ? ", as before" : result.Before is { } before ? $", before: {before.Artifact}@{before.Number}" : "";
        reply.Line($"{result.After.Artifact}@{result.Alias} → {result.After}{was}");
    }
}
