using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class PinCommand : VersCommand
{
    private readonly Argument<string> _reference = new("reference") { Description = "What is wanted, such as models/churn@production." };
    private readonly Argument<string?> _path = new("path") { Description = "The folder in the workspace that it goes to. Default: where it goes already, else its name.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _name = new("--name") { Description = "What to call it. Default: the artifact's name." };
    private readonly Option<bool> _noPath = new("--no-path") { Description = "It has no folder in the workspace: only builds restore it." };
    private readonly Option<string[]> _include = new("--include") { Description = "A glob of the paths that are wanted, ** for all; repeatable. Default: those of before, else all.", HelpName = "glob" };

    internal PinCommand()
        : base("pin", "Ask for a version in versions.json, and lock what exactly that is.", "0 fine, 2 usage, 3 not found, 4 damaged, 5 another pin has that folder, 6 store unavailable")
    {
        Arguments.Add(_reference);
        Arguments.Add(_path);
        Options.Add(_name);
        Options.Add(_noPath);
        Options.Add(_include);
    }

    /// <summary>Says that a workspace has no pins: whoever forgot to pin something would take silence for success.</summary>
    internal static void TellNone(Workspace workspace, int pins)
    {
        if (pins == 0)
        {
            Reply.Note($"'{Path.Combine(workspace.Root, Workspace.FileName)}' pins nothing: vers pin <reference>");
        }
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        var workspace = Workspace.Open();
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        var options = new PinOptions { Name = parsed.GetValue(_name), Path = parsed.GetValue(_path), NoPath = parsed.GetValue(_noPath), Include = parsed.GetValue(_include) ?? [] };
        PinnedVersion pinned = await workspace.PinAsync(store, parsed.GetRequiredValue(_reference), options, cancellationToken).ConfigureAwait(false);
        reply.Document(json => PinJson.Write(json, pinned));
        reply.Line($"{pinned.Name}: {pinned.Requested} is {pinned.Pin} · {Human.Count(pinned.Files, "file")} · {Human.Bytes(pinned.Bytes)}. {(options.NoPath ? "Builds restore it." : "Next: vers restore")}");
        return 0;
    }
}
