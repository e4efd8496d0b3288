using System.Security.Cryptography;
using System.Text;
using Versioning.Journal;
using Versioning.Keys;

namespace Versioning.Signing;

/// <summary>
/// A signature as a file that others verify: a Sigstore bundle with a DSSE envelope, as <c>model_signing verify key</c> reads it.
/// </summary>
internal static class Bundle
{
    internal static async Task WriteAsync(Statement statement, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> signature, Stream output, CancellationToken cancellationToken)
    {
        // The hint is what model_signing makes of a key: the SHA-256 of its PEM.
        string hint = Digest.Of(Encoding.ASCII.GetBytes(P256.ToPem(key.Span))).ToHex();
        string head = $"{{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"verificationMaterial\":{{\"publicKey\":{{\"hint\":\"{hint}\"}},\"tlogEntries\":[]}},\"dsseEnvelope\":{{\"payload\":\"";
        await WriteAsync(output, head, cancellationToken).ConfigureAwait(false);
        var payload = new CryptoStream(output, new ToBase64Transform(), CryptoStreamMode.Write, leaveOpen: true);
        await using (payload.ConfigureAwait(false))
        {
            await statement.WriteAsync(part => payload.WriteAsync(part, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        string end = $"\",\"payloadType\":\"{Statement.PayloadType}\",\"signatures\":[{{\"sig\":\"{Convert.ToBase64String(DerSignature.Of(signature.Span))}\",\"keyid\":\"\"}}]}}}}\n";
        await WriteAsync(output, end, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(Stream output, string text, CancellationToken cancellationToken) =>
        await output.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken).ConfigureAwait(false);
}
