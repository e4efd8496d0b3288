using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class InitCommand : VersCommand
{
    private const string Embedded = ".versions";
    private readonly Argument<string?> _location = new("location") { Description = "A path or URI. Default: an embedded store in .versions/ here.", Arity = ArgumentArity.ZeroOrOne };

    internal InitCommand()
        : base("init", "Make a store, and name it in versions.json here.", "0 fine, 2 usage, 5 conflict, 6 store unavailable") => Arguments.Add(_location);

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string? named = parsed.GetValue(_location) ?? parsed.GetValue(SharedOptions.Store);
        string location = named ?? Embedded;
        await using VersionStore store = await Workspace.InitAsync(Environment.CurrentDirectory, AzureSignIn.Ready(location), cancellationToken: cancellationToken).ConfigureAwait(false);
        if (named is null)
        {
            KeepOutOfGit();
        }

        reply.Document(json =>
        {
            json.WriteString("store", store.Location);
            json.WriteString("id", store.Id);
            json.WriteString("workspace", Path.GetFullPath(Workspace.FileName));
        });
        reply.Line($"{store.Location} is ready; {Workspace.FileName} names it. Next: vers commit datasets/<name> <path>");
        return 0;
    }

    /// <summary>An embedded store in a checkout is named in its .gitignore; elsewhere there is nothing to keep it out of.</summary>
    private static void KeepOutOfGit()
    {
        bool inCheckout = false;
        for (string? folder = Environment.CurrentDirectory; folder is not null && !inCheckout; folder = Path.GetDirectoryName(folder))
        {
            inCheckout = Path.Exists(Path.Combine(folder, ".git"));
        }

        string ignore = Path.GetFullPath(".gitignore");
        string[] lines = File.Exists(ignore) ? File.ReadAllLines(ignore) : [];
        if (inCheckout && !lines.Any(l => l.Trim() is "/.versions/" or ".versions/" or ".versions" or "/.versions"))
        {
            string separator = File.Exists(ignore) && !File.ReadAllText(ignore).EndsWith('\n') && lines.Length > 0 ? "\n" : "";
            File.AppendAllText(ignore, $"{separator}/.versions/\n");
        }
    }
}
