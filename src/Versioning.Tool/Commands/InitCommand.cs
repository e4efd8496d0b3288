using System.CommandLine;
using System.Text.Json;
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
        string workspace = Path.GetFullPath(StoreLocator.FileName);
        if (File.Exists(workspace) && StoreLocator.Read(workspace) is { } present && !IsSame(present, location))
        {
            throw new ConflictException("workspace_exists", $"'{workspace}' already names the store '{present}'.", "Remove it, or run 'vers init' in another folder.");
        }

        await using VersionStore store = await VersionStore.CreateAsync(AzureSignIn.Ready(location), cancellationToken: cancellationToken).ConfigureAwait(false);
        if (!File.Exists(workspace))
        {
            using FileStream stream = File.Create(workspace);
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            json.WriteString("store", location);
            json.WriteEndObject();
            json.Flush();
            stream.WriteByte((byte)'\n');
        }

        if (named is null)
        {
            KeepOutOfGit();
        }

        reply.Document(json =>
        {
            json.WriteString("store", store.Location);
            json.WriteString("id", store.Id);
            json.WriteString("workspace", workspace);
        });
        reply.Line($"{store.Location} is ready; {StoreLocator.FileName} names it. Next: vers commit datasets/<name> <path>");
        return 0;
    }

    private static bool IsSame(string present, string location) =>
        present == location
        || (!present.Contains("://", StringComparison.Ordinal) && !location.Contains("://", StringComparison.Ordinal) && Full(present) == Full(location));

    private static string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

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
