using System.CommandLine;
using System.Globalization;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class KeyListCommand() : VersCommand("list", "The keys that the store trusts, or did.", "0 fine, 2 usage, 3 not found, 4 the store trusts nobody that it should, 6 store unavailable")
{
    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<TrustedKey> keys = await store.ListKeysAsync(cancellationToken).ConfigureAwait(false);
        reply.Document(json =>
        {
            json.WriteStartArray("keys");
            foreach (TrustedKey key in keys)
            {
                json.WriteStartObject();
                KeyCommand.Write(json, key);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        foreach (TrustedKey key in keys)
        {
            string revoked = key.Revoked?.ToString(CultureInfo.InvariantCulture) ?? "";
            reply.Row(
                new(key.Id.ToString()),
                new(key.Name, Color: ConsoleColor.Yellow),
                new(key.Since.ToString(CultureInfo.InvariantCulture), $"from entry {key.Since}"),
                new(revoked, revoked.Length > 0 ? $"to entry {revoked}" : "", Color: ConsoleColor.Red));
        }

        return 0;
    }
}
