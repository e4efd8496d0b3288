using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class UpdateCommand : VersCommand
{
    private readonly Argument<string[]> _names = new("name") { Description = "Pins. Default: all.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would move." };

    internal UpdateCommand()
        : base("update", "Lock what the pins of versions.json mean now.", "0 fine, 2 usage, 3 not found, 4 the lock names another version than the store has, 6 store unavailable")
    {
        Arguments.Add(_names);
        Options.Add(_dryRun);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        var workspace = Workspace.Open();
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        bool dryRun = parsed.GetValue(_dryRun);
        IReadOnlyList<PinUpdate> updates = await workspace.UpdateAsync(store, parsed.GetValue(_names), dryRun, cancellationToken).ConfigureAwait(false);
        reply.Document(json =>
        {
            json.WriteBoolean("dryRun", dryRun);
            json.WriteStartArray("pins");
            foreach (PinUpdate update in updates)
            {
                json.WriteStartObject();
                PinJson.Write(json, update.After);
                json.WriteString("before", update.Before?.Pin.ToString());
                json.WriteBoolean("moved", update.Moved);
                json.WriteNumber("added", update.Added);
                json.WriteNumber("removed", update.Removed);
                json.WriteNumber("modified", update.Modified);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        foreach (Field[] row in Table.Align([.. updates.Select(Line)]))
        {
            reply.Row(row);
        }

        PinCommand.TellNone(workspace, updates.Count);
        if (!dryRun && updates.Any(u => u.Moved))
        {
            Reply.Note("Next: vers restore");
        }

        return 0;
    }
    private static Field[] Line(PinUpdate update)
    {
        string from = update.Before is null ? "new" : update.Moved ? $"{update.Before.Pin.Artifact}@{update.Before.Pin.Number}" : "unchanged";
        string counts = update.Before is not null && update.Moved ? $"+{update.Added} -{update.Removed} ~{update.Modified} files" : "";
        return [new(update.After.Name), new(from), new(update.After.Pin.ToString(), $"{update.After.Pin.Artifact}@{update.After.Pin.Number}"), new(counts)];
    }
}
