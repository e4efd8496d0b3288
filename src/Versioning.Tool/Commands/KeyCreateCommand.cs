using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class KeyCreateCommand : VersCommand
{
    private readonly Argument<string> _file = new("file") { Description = "Where the private key goes, such as key.pem; the public one goes beside it, as key.pub.pem." };
    private readonly Option<bool> _encrypt = new("--encrypt") { Description = "Encrypt it with a passphrase: VERSIONING_SIGNING_PASSPHRASE, else asked for." };

    internal KeyCreateCommand()
        : base("create", "Make a key: a file that only you can read, and its public part.", "0 fine, 2 usage, 5 there is such a file")
    {
        Arguments.Add(_file);
        Options.Add(_encrypt);
    }

    protected override Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string file = parsed.GetRequiredValue(_file), publicFile = Path.ChangeExtension(file, null) + ".pub.pem";
        if (Path.Exists(publicFile))
        {
            throw new ConflictException("file_exists", $"There is something at '{publicFile}' already.", "A key is never overwritten: choose another path.");
        }

        string? passphrase = null;
        if (parsed.GetValue(_encrypt) && (passphrase = SigningKeys.Passphrase("Passphrase: ")) is null or "")
        {
            throw new VersioningException("usage", "There is no passphrase to encrypt the key with.", "Set VERSIONING_SIGNING_PASSPHRASE, or type one.");
        }

        SigningKey key = SigningKey.Create();
        key.WritePemFile(file, passphrase);
        File.WriteAllText(publicFile, key.PublicKeyPem);
        reply.Document(json =>
        {
            json.WriteString("id", key.Id.ToString());
            json.WriteString("file", file);
            json.WriteString("publicFile", publicFile);
            json.WriteString("publicKey", key.PublicKeyPem);
        });
        reply.Line($"{key.Id} · {file}, its public part {publicFile}");
        return Task.FromResult(0);
    }
}
