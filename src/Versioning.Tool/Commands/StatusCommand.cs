using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class StatusCommand : VersCommand
{
    private readonly Argument<string[]> _names = new("name") { Description = "Pins. Default: all.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _check = new("--check") { Description = "Exit with 1 unless everything is as the lock says and the lock as versions.json asks." };
    private readonly Option<bool> _offline = new("--offline") { Description = "Do not ask the store what is newer or retired." };

    internal StatusCommand()
        : base("status", "What of the pins is missing, modified, outdated or retired.", "0 fine, 1 with --check: not everything is, 2 usage, 3 not found, 4 the lock names another version than the store has, 6 store unavailable")
    {
        Arguments.Add(_names);
        Options.Add(_check);
        Options.Add(_offline);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        var workspace = Workspace.Open();
        await using VersionStore? store = parsed.GetValue(_offline) ? null : await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        List<PinStatus> all = await workspace.StatusAsync(store, parsed.GetValue(_names), null, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        reply.Document(json =>
        {
            json.WriteStartArray("pins");
            foreach (PinStatus pin in all)
            {
                json.WriteStartObject();
                json.WriteString("name", pin.Name);
                json.WriteString("requested", pin.Requested.ToString());
                json.WriteString("locked", pin.Locked?.Pin.ToString());
                json.WriteString("path", pin.Path);
                json.WriteBoolean("clean", pin.IsClean);
                json.WriteBoolean("missing", pin.IsMissing);
                json.WriteNumber("missingFiles", pin.MissingFiles);
                json.WriteNumber("modifiedFiles", pin.ModifiedFiles);
                json.WriteString("newer", pin.Newer?.ToString());
                json.WriteBoolean("retired", pin.IsRetired);
                json.WriteStartArray("changes");
                foreach (FileChange change in pin.Changes)
                {
                    json.WriteStringValue(change.ToString());
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        foreach ((PinStatus pin, Field[] row) in all.Zip(Table.Align([.. all.Select(Line)])))
        {
            reply.Row(row);
            if (!pin.IsMissing)
            {
                foreach (FileChange change in pin.Changes)
                {
                    reply.Line($"  {change}");
                }
            }
        }

        PinCommand.TellNone(workspace, all.Count);
        return parsed.GetValue(_check) && !all.TrueForAll(pin => pin.IsClean) ? 1 : 0;
    }

    private static Field[] Line(PinStatus pin)
    {
        string version = pin.Locked is null ? pin.Requested.ToString() : $"{pin.Locked.Pin.Artifact}@{pin.Locked.Pin.Number}";
        return [new(pin.Name), new(version), new(string.Join(", ", Words(pin)), Color: pin.IsClean ? ConsoleColor.Green : ConsoleColor.Yellow)];
    }

    private static IEnumerable<string> Words(PinStatus pin)
    {
        if (pin.Path is null)
        {
            yield return "for builds";
        }

        if (pin.Locked is null)
        {
            yield return "not locked";
        }

        if (pin.IsMissing)
        {
            yield return "missing";
        }
        else if (pin.MissingFiles > 0)
        {
            yield return $"{Human.Count(pin.MissingFiles, "file")} missing";
        }

        if (pin.ModifiedFiles > 0)
        {
            yield return $"{Human.Count(pin.ModifiedFiles, "file")} modified";
        }

        if (pin.Newer is { } newer)
        {
            yield return $"outdated: {pin.Requested} is {newer.Artifact}@{newer.Number}";
        }

        if (pin.IsRetired)
        {
            yield return "retired";
        }

        if (pin.IsClean)
        {
            yield return "clean";
        }
    }
}
