using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class KeyRevokeCommand : VersCommand
{
    private readonly Argument<string> _key = new("key") { Description = "Its id or its name." };

    internal KeyRevokeCommand()
        : base("revoke", "Trust a key no more, for ever. What it signed before stays signed.", "0 fine, 2 usage, 3 no such key is trusted, 5 the key that signs is not trusted, or it is the last one, 6 store unavailable") => Arguments.Add(_key);

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        await using VersionStore store = await OpenToWriteAsync(parsed, cancellationToken).ConfigureAwait(false);
        TrustedKey key = await store.RevokeKeyAsync(parsed.GetRequiredValue(_key), cancellationToken).ConfigureAwait(false);
        reply.Document(json => KeyCommand.Write(json, key));
        reply.Line($"{key.Id}, '{key.Name}', is not trusted any more, from entry {key.Revoked} on");
        return 0;
    }
}
