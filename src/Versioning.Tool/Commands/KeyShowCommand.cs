using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class KeyShowCommand : VersCommand
{
    private readonly Argument<string> _file = new("file") { Description = "The key, private or public." };

    internal KeyShowCommand()
        : base("show", "The id and the public part of a key.", "0 fine, 2 usage, 3 not found") => Arguments.Add(_file);

    protected override Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string pem = PublicPem(parsed.GetRequiredValue(_file));
        string id = SigningKey.IdOf(pem).ToString();
        reply.Document(json =>
        {
            json.WriteString("id", id);
            json.WriteString("publicKey", pem);
        });
        reply.Line(id);
        reply.Raw(pem);
        return Task.FromResult(0);
    }

    internal static string PublicPem(string file) => SigningKeys.IsPrivate(file) ? SigningKeys.Read(file).PublicKeyPem : File.ReadAllText(file);
}
