using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class KeyTrustCommand : VersCommand
{
    private readonly Argument<string> _file = new("file") { Description = "The key. The first one of a store is a private key, which then signs that; of others the public part is enough." };
    private readonly Option<string> _name = new("--name") { Description = "Whose it is, such as release@example.org.", Required = true };

    internal KeyTrustCommand()
        : base("trust", "Trust a key from now on; signed with one that is trusted.", "0 fine, 2 usage, 3 not found, 5 the key that signs is not trusted, or the name is taken, 6 store unavailable")
    {
        Arguments.Add(_file);
        Options.Add(_name);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string file = parsed.GetRequiredValue(_file), name = parsed.GetRequiredValue(_name);
        string pem = KeyShowCommand.PublicPem(file);
        SigningKey? signer = SigningKeys.Find(parsed.GetValue(SharedOptions.Key)) ?? (SigningKeys.IsPrivate(file) ? SigningKeys.Read(file) : null);
        await using VersionStore store = await OpenAsync(parsed, signer, cancellationToken).ConfigureAwait(false);
        bool isNew = await store.TrustKeyAsync(pem, name, cancellationToken).ConfigureAwait(false);
        Digest id = SigningKey.IdOf(pem);
        TrustedKey key = (await store.ListKeysAsync(cancellationToken).ConfigureAwait(false)).Single(known => known.Id == id);
        reply.Document(json =>
        {
            KeyCommand.Write(json, key);
            json.WriteBoolean("unchanged", !isNew);
        });
        reply.Line($"{key.Id} {(isNew ? "is" : "already was")} trusted as '{key.Name}', from entry {key.Since} on");
        return 0;
    }
}
