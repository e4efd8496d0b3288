using System.CommandLine;
using System.Diagnostics;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class CopyCommand : VersCommand
{
    private readonly Argument<string[]> _references = new("reference") { Description = "The versions.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _to = new("--to") { Description = "The store that they go to: a path or URI. --trusted-key is not about it, but about the store that they come from.", Required = true, HelpName = "path or URI" };
    private readonly Option<bool> _inputs = new("--with-inputs") { Description = "Copy what they were made from first, and so on." };
    private readonly Option<bool> _tags = new("--tags") { Description = "Copy their tags, as far as they are free there." };
    private readonly Option<bool> _sign = new("--sign") { Description = "Sign them there with --key: signatures of this store are not copied." };

    internal CopyCommand()
        : base("copy", "Copy versions with all that they need into another store.", "0 fine, 2 usage, 3 not found, 4 damaged, 5 conflict, 6 store unavailable")
    {
        Arguments.Add(_references);
        Options.Add(_to);
        Options.Add(_inputs);
        Options.Add(_tags);
        Options.Add(_sign);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        string to = parsed.GetRequiredValue(_to);
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        await using VersionStore target = await VersionStore.OpenAsync(AzureSignIn.Ready(to), new VersionStoreOptions { Signer = SigningKeys.Find(parsed.GetValue(SharedOptions.Key)) }, cancellationToken).ConfigureAwait(false);
        var options = new CopyOptions { WithInputs = parsed.GetValue(_inputs), WithTags = parsed.GetValue(_tags), Sign = parsed.GetValue(_sign) ? true : null };
        using ProgressLine? progress = Progress(parsed);
        IReadOnlyList<CopiedVersion> copied = await store.CopyAsync(parsed.GetRequiredValue(_references).Select(text => new ArtifactReference(text)), target, options, progress, cancellationToken).ConfigureAwait(false);
        progress?.Dispose();
        foreach ((CopiedVersion version, string tag) in copied.SelectMany(version => version.TagsTaken.Select(tag => (version, tag))))
        {
            Reply.Note($"The tag '{tag}' names something else in {to} and was not copied.");
        }

        reply.Document(json =>
        {
            json.WriteString("to", to);
            json.WriteStartArray("versions");
            foreach (CopiedVersion version in copied)
            {
                json.WriteStartObject();
                json.WriteString("source", version.Source.ToString());
                json.WriteString("pin", version.Pin.ToString());
                json.WriteBoolean("unchanged", version.Unchanged);
                json.WriteNumber("storedBytes", version.StoredBytes);
                VersionJson.WriteNames(json, "tags", version.Tags);
                VersionJson.WriteNames(json, "tagsTaken", version.TagsTaken);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("seconds", Math.Round(watch.Elapsed.TotalSeconds, 3));
        });
        foreach (CopiedVersion version in copied)
        {
            reply.Line($"{version.Source} → {version.Pin.Artifact}@{version.Pin.Number} · {(version.Unchanged ? "was there already" : $"{Human.Bytes(version.StoredBytes)} new")}{string.Concat(version.Tags.Select(tag => $" · {tag}"))}");
        }

        return 0;
    }
}
