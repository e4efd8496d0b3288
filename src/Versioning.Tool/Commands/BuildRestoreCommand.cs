using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

/// <summary>What a build runs for each pin that it needs: part of the package Versioning.MSBuild, which brings its own tool, and of no contract.</summary>
internal sealed class BuildRestoreCommand : VersCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The pin." };
    private readonly Option<string> _into = new("--into") { Description = "The folder that it goes to, into one of its name.", Required = true };
    private readonly Option<string> _list = new("--list") { Description = "The file that its paths go to, one a line.", Required = true };
    private readonly Option<bool> _offline = new("--offline") { Description = "Use this machine's cache only." };
    private readonly Option<LinkKind> _link = new("--link") { Description = "How files get there from the machine's cache." };

    internal BuildRestoreCommand()
        : base("build-restore", "Restore a pin of the workspace here for a build, and tell errors as MSBuild reads them.", "as for restore")
    {
        Hidden = true;
        Arguments.Add(_name);
        Options.Add(_into);
        Options.Add(_list);
        Options.Add(_offline);
        Options.Add(_link);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string name = parsed.GetRequiredValue(_name), list = parsed.GetRequiredValue(_list);
        var options = new RestoreOptions
        {
            Names = [name],
            Locked = true,
            Into = parsed.GetRequiredValue(_into),
            WithPaths = true,
            Links = parsed.GetValue(_link),

            // The folder is the build's own.
            Force = true,
        };
        try
        {
            RestoredPin pin = await RestoreAsync(parsed, options, cancellationToken).ConfigureAwait(false);
            await File.WriteAllLinesAsync(list, pin.Paths.Where(path => IsFile(pin, path)), cancellationToken).ConfigureAwait(false);
            reply.Line($"{pin.Version.Pin.Artifact}@{pin.Version.Pin.Number} · {Human.Count(pin.Files, "file")} · {Human.Bytes(pin.Bytes)}");
            return 0;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new BuildErrors(Environment.CurrentDirectory, name).Tell(e);
        }
    }

    private async Task<RestoredPin> RestoreAsync(ParseResult parsed, RestoreOptions options, CancellationToken cancellationToken)
    {
        var workspace = Workspace.Open();
        using ProgressLine? progress = Progress(parsed);
        try
        {
            // A lock is exact: where this machine has it all, the store need not even be there.
            return (await workspace.RestoreAsync(null, options, null, progress, cancellationToken).ConfigureAwait(false))[0];
        }
        catch (StoreUnavailableException) when (!parsed.GetValue(_offline))
        {
            await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
            return (await workspace.RestoreAsync(store, options, null, progress, cancellationToken).ConfigureAwait(false))[0];
        }
    }

    /// <summary>A build copies files; a link to a folder is none.</summary>
    private static bool IsFile(RestoredPin pin, string path) => !Directory.Exists(Path.Combine(pin.Path, path));
}
