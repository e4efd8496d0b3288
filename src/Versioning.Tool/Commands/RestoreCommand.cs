using System.CommandLine;
using System.Diagnostics;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class RestoreCommand : VersCommand
{
    private readonly Argument<string[]> _names = new("name") { Description = "Pins. Default: all.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _locked = new("--locked") { Description = "The lock has to say everything already, and stays as it is." };
    private readonly Option<bool> _offline = new("--offline") { Description = "Use this machine's cache only." };
    private readonly Option<bool> _force = new("--force") { Description = "Replace files that were changed." };
    private readonly Option<string?> _into = new("--into") { Description = "A folder that pins go to, each into one of its name. Default: where versions.json has them.", HelpName = "folder" };
    private readonly Option<LinkKind> _link = new("--link") { Description = "How files get here from the machine's cache. Default: auto, the first of reflink, hard and copy that the disk allows.", HelpName = "auto|reflink|hard|symbolic|copy" };

    internal RestoreCommand()
        : base("restore", "Bring the folders of pins to what versions.lock says.", "0 fine, 2 usage, 3 not found, 4 damaged, 5 the lock is outdated or a changed file is in the way, 6 store unavailable or offline")
    {
        Arguments.Add(_names);
        Options.Add(_locked);
        Options.Add(_offline);
        Options.Add(_force);
        Options.Add(_into);
        Options.Add(_link);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var workspace = Workspace.Open();
        await using VersionStore? store = parsed.GetValue(_offline) ? null : await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        var options = new RestoreOptions
        {
            Names = parsed.GetValue(_names) ?? [],
            Locked = parsed.GetValue(_locked),
            Force = parsed.GetValue(_force),
            Links = parsed.GetValue(_link),
            Into = parsed.GetValue(_into),
        };
        using ProgressLine? progress = Progress(parsed);
        IReadOnlyList<RestoredPin> restored = await workspace.RestoreAsync(store, options, null, progress, cancellationToken).ConfigureAwait(false);
        progress?.Dispose();
        reply.Document(json =>
        {
            json.WriteStartArray("pins");
            foreach (RestoredPin pin in restored)
            {
                json.WriteStartObject();
                PinJson.Write(json, pin.Version);
                json.WriteString("path", pin.Path);
                json.WriteNumber("written", pin.Written);
                json.WriteNumber("removed", pin.Removed);
                json.WriteNumber("kept", pin.Kept);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("seconds", Math.Round(watch.Elapsed.TotalSeconds, 3));
        });
        foreach (RestoredPin pin in restored)
        {
            string removed = pin.Removed > 0 ? $" · {Human.Count(pin.Removed, "file")} removed" : "";
            reply.Line($"{pin.Version.Pin} → {pin.Path} · {Human.Count(pin.Files, "file")} · {Human.Bytes(pin.Bytes)} · {Human.Count(pin.Written, "file")} written{removed}");
            if (pin.Kept > 0)
            {
                Reply.Note($"{Human.Count(pin.Kept, "changed file")} of another version stayed in '{pin.Path}'.");
            }
        }

        if (workspace.Pins.Count == 0)
        {
            PinCommand.TellNone(workspace, restored.Count);
        }

        return 0;
    }
}
