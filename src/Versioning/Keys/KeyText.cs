using System.Security.Cryptography;

namespace Versioning.Keys;

/// <summary>Keys in PEM: PKCS#8, encrypted too, SEC 1, and public ones. No message says anything of what a private key is.</summary>
internal static class KeyText
{
    private const int Iterations = 600_000;

    /// <summary>Reads a private key. The caller disposes of it.</summary>
    /// <exception cref="VersioningException">It is none on P-256, or the passphrase is not its own.</exception>
    internal static ECDsa ReadPrivate(string pem, string? password, string what)
    {
        var ecdsa = ECDsa.Create();
        try
        {
            string label = Label(pem) ?? throw Invalid(what, "is not a PEM file", "Make a key with 'vers key create'.");
            switch (label)
            {
                case "ENCRYPTED PRIVATE KEY":
                    ecdsa.ImportFromEncryptedPem(pem, password ?? throw Invalid(what, "is encrypted, and no passphrase was given", "Set VERSIONING_SIGNING_PASSPHRASE, or give the passphrase where the key is opened."));
                    break;
                case "PRIVATE KEY" or "EC PRIVATE KEY":
                    ecdsa.ImportFromPem(pem);
                    break;
                default:
                    throw Invalid(what, $"holds a {label}, not a private key", "Give the file that 'vers key create' made.");
            }

            return ecdsa.KeySize == 256 && P256.PublicPart(ecdsa) is not null ? ecdsa : throw OtherCurve(what);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            ecdsa.Dispose();

            // The cause may quote what it read.
            throw Invalid(what, "can't be read: it is no private key on the curve P-256, or the passphrase is not its own", "Check the passphrase.");
        }
        catch
        {
            ecdsa.Dispose();
            throw;
        }
    }

    /// <summary>Reads a public key, or the public part of a private one that is not encrypted.</summary>
    /// <exception cref="VersioningException">It is none on P-256.</exception>
    internal static byte[] ReadPublic(string pem, string what)
    {
        if (Label(pem) != "PUBLIC KEY")
        {
            using ECDsa own = ReadPrivate(pem, null, what);
            return P256.PublicPart(own)!;
        }

        using var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(pem);
            return ecdsa.KeySize == 256 && P256.PublicPart(ecdsa) is { } key ? key : throw OtherCurve(what);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Invalid(what, "can't be read as a public key on the curve P-256", null);
        }
    }

    /// <summary>A private key as PKCS#8, encrypted where there is a passphrase.</summary>
    internal static string WritePrivate(ECDsa ecdsa, string? password) => (password is null
        ? ecdsa.ExportPkcs8PrivateKeyPem()
        : ecdsa.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations))) + "\n";

    private static string? Label(string pem) => PemEncoding.TryFind(pem, out PemFields fields) ? pem[fields.Label] : null;

    private static VersioningException OtherCurve(string what) =>
        Invalid(what, "is not on the curve P-256", "Make a key with 'vers key create', or with: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");

    internal static VersioningException Invalid(string what, string problem, string? hint) => new("invalid_key", $"{what} {problem}.", hint);
}
