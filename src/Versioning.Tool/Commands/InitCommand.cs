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
        RefuseAmidFiles(location);
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

    /// <summary>Whoever comes from git says 'init data' of the folder that is to be versioned; a store made there would be in the way of both.</summary>
    private static void RefuseAmidFiles(string location)
    {
        if (location.Contains("://", StringComparison.Ordinal) || !Directory.Exists(location) || File.Exists(Path.Combine(location, "format")))
        {
            return;
        }

        string? other = Directory.EnumerateFileSystemEntries(location).Select(Path.GetFileName).FirstOrDefault(name => name is not ([] or ['.', ..] or "doctor" or "lost+found"));
        if (other is not null)
        {
            throw new ConflictException(
                "not_empty",
                $"'{Path.GetFullPath(location)}' holds other things, such as '{Human.OneLine(other)}': a store is a folder of its own.",
                $"Name a new or empty folder, or none for {Embedded}/ here. What that folder holds is published by: vers commit datasets/<name> {location}");
        }
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
