using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class SignCommand : VersCommand
{
    private readonly Argument<string> _reference = new("reference") { Description = "The version; give its pin, so that it is the one that you looked at." };
    private readonly Option<string?> _export = new("--export") { Description = "Write the newest signature into a file that others verify without the store.", HelpName = "file" };
    private readonly Option<bool> _check = new("--check") { Description = "Sign nothing: check that what was signed is this version." };

    internal SignCommand()
        : base("sign", "Sign a version with a key that the store trusts, or write its signature into a file.", "0 fine, 2 usage, 3 not found, or not signed, 4 something else was signed, 5 the key is not trusted, 6 store unavailable")
    {
        Arguments.Add(_reference);
        Options.Add(_export);
        Options.Add(_check);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string reference = parsed.GetRequiredValue(_reference);
        string? export = parsed.GetValue(_export);
        SigningKey? key = parsed.GetValue(_check) ? null : SigningKeys.Find(parsed.GetValue(SharedOptions.Key));
        if (key is null && export is null && !parsed.GetValue(_check))
        {
            throw new VersioningException("usage", "There is no key to sign with.", "Give one with --key or VERSIONING_SIGNING_KEY. 'vers key create' makes one.");
        }

        await using VersionStore store = await OpenAsync(parsed, key, cancellationToken).ConfigureAwait(false);
        ArtifactVersion version = key is null
            ? await store.ResolveAsync(reference, cancellationToken).ConfigureAwait(false)
            : await store.SignAsync(reference, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<VersionSignature> signatures = parsed.GetValue(_check) ? await store.VerifySignaturesAsync(version.Pin, cancellationToken).ConfigureAwait(false) : version.Signatures;
        if (export is not null)
        {
            await ExportAsync(store, version.Pin, export, cancellationToken).ConfigureAwait(false);
        }

        reply.Document(json =>
        {
            json.WriteString("pin", version.Pin.ToString());
            VersionJson.WriteSignatures(json, signatures);
            json.WriteString("file", export);
        });
        foreach (VersionSignature signature in signatures)
        {
            reply.Line($"{version.Pin} · {VersionText.Signature(signature)}{(export is not null && signature == signatures[^1] ? $" · {export}" : "")}");
        }

        return signatures.Count > 0 ? 0 : throw new NotFoundException("not_signed", $"{version.Artifact}@{version.Number} is not signed.", "Sign it with --key.");
    }

    /// <summary>A file that is there whole or not at all.</summary>
    private static async Task ExportAsync(VersionStore store, ArtifactPin pin, string path, CancellationToken cancellationToken)
    {
        string partial = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            await using (FileStream file = new(partial, FileMode.CreateNew))
            {
                await store.ExportSignatureAsync(pin, file, cancellationToken).ConfigureAwait(false);
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
