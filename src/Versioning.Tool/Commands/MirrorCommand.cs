using System.CommandLine;
using System.Diagnostics;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class MirrorCommand : VersCommand
{
    private readonly Argument<string> _from = new("from") { Description = "The store: a path or URI." };
    private readonly Argument<string> _to = new("to") { Description = "The replica: an empty place, or one that was mirrored to before." };

    internal MirrorCommand()
        : base("mirror", "Make another place an exact replica of a store, or bring it up to date.", "0 fine, 2 usage, 3 not found, 4 damaged, 5 the place is another store or was written to, 6 store unavailable")
    {
        Arguments.Add(_from);
        Arguments.Add(_to);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        string from = parsed.GetRequiredValue(_from), to = parsed.GetRequiredValue(_to);
        await using VersionStore store = await VersionStore.OpenAsync(AzureSignIn.Ready(from), new VersionStoreOptions { TrustedKeys = SigningKeys.Trusted(parsed.GetValue(SharedOptions.TrustedKey)) }, cancellationToken).ConfigureAwait(false);
        using ProgressLine? progress = Progress(parsed);
        MirrorResult result = await store.MirrorAsync(AzureSignIn.Ready(to), progress, cancellationToken).ConfigureAwait(false);
        progress?.Dispose();
        reply.Document(json =>
        {
            json.WriteString("from", from);
            json.WriteString("to", to);
            json.WriteString("id", store.Id);
            json.WriteNumber("position", result.Position);
            json.WriteNumber("objects", result.Objects);
            json.WriteNumber("bytes", result.Bytes);
            json.WriteNumber("entries", result.Entries);
            json.WriteNumber("seconds", Math.Round(watch.Elapsed.TotalSeconds, 3));
        });
        reply.Line($"{from} → {to} · at entry {result.Position} · {Human.Count(result.Objects, "object")} · {Human.Bytes(result.Bytes)} new");
        return 0;
    }
}
