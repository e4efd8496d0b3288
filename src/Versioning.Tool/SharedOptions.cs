using System.CommandLine;

namespace Versioning.Tool;

/// <summary>The options of every command; they may also stand before its name.</summary>
internal static class SharedOptions
{
    internal static readonly Option<string?> Store = new("--store") { Description = "The store: a path or URI. Default: VERSIONING_STORE, else the nearest versions.json.", HelpName = "path or URI", Recursive = true };
    internal static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document on stdout, errors too.", Recursive = true };
    internal static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "No progress.", Recursive = true };

    internal static readonly Option<string?> Key = new("--key") { Description = "The PEM file of a private key that signs what is written. Default: VERSIONING_SIGNING_KEY.", HelpName = "file", Recursive = true };
    internal static readonly Option<string[]> TrustedKey = new("--trusted-key") { Description = "The id, or the file, of the key that the store must have trusted first; another store is refused. May be repeated. Default: VERSIONING_TRUSTED_KEYS.", HelpName = "id or file", Recursive = true };

    /// <summary>Whether a line that may be wrong asks for JSON; its error is a document then too.</summary>
    internal static bool AskForJson(string[] args) =>
        args.Any(arg => arg is "--json" or "--format=json" or "--format:json") || args.Zip(args.Skip(1)).Contains(("--format", "json"));

    internal static IReadOnlyList<Option> All { get; } = [Store, Json, Quiet, Key, TrustedKey];
}
