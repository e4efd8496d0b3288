using System.Security.Cryptography;
using Versioning.Keys;

namespace Versioning;

/// <summary>
/// A key that entries of the journal and versions are signed with: ECDSA on the curve P-256 with SHA-256, in a PEM file or
/// wherever a delegate reaches it. Safe for use from many threads; it never tells what it is.
/// </summary>
public sealed class SigningKey
{
    private readonly byte[] _public;
    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<byte[]>> _sign;
    private readonly ECDsa? _own;

    private SigningKey(byte[] publicKey, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<byte[]>> sign, ECDsa? own) =>
        (_public, _sign, _own, Id) = (publicKey, sign, own, Digest.Of(publicKey));

    /// <summary>The key's id: the SHA-256 of its public part, a SubjectPublicKeyInfo in DER.</summary>
    public Digest Id { get; }

    /// <summary>The public part, as PEM.</summary>
    public string PublicKeyPem => P256.ToPem(_public);

    internal ReadOnlyMemory<byte> PublicKey => _public;

    /// <summary>Makes a new key.</summary>
    public static SigningKey Create() => Of(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a private key: PKCS#8, encrypted or not, or SEC 1.</summary>
    /// <exception cref="VersioningException">It is none on P-256, or the passphrase is not its own.</exception>
    public static SigningKey FromPem(string pem, string? password = null)
    {
        ArgumentNullException.ThrowIfNull(pem);
        return Of(KeyText.ReadPrivate(pem, password, "The key"));
    }

    /// <summary>Reads a private key from a file, which nobody but its owner may be able to read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">The passphrase, where it is encrypted.</param>
    /// <exception cref="VersioningException">It can't be read, others can read it, or it is no private key on P-256.</exception>
    public static SigningKey FromPemFile(string path, string? password = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Of(KeyText.ReadPrivate(KeyFile.Read(path), password, $"The key '{path}'"));
    }

    /// <summary>A key that lies elsewhere, such as in a hardware module or a key service.</summary>
    /// <param name="publicKeyPem">Its public part.</param>
    /// <param name="sign">Signs a SHA-256, of 32 bytes, and gives the signature, as r and s of 32 bytes each or as DER. May be called from many threads.</param>
    /// <exception cref="VersioningException">The public part is none on P-256.</exception>
    public static SigningKey FromDelegate(string publicKeyPem, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<byte[]>> sign)
    {
        ArgumentNullException.ThrowIfNull(publicKeyPem);
        ArgumentNullException.ThrowIfNull(sign);
        return new SigningKey(KeyText.ReadPublic(publicKeyPem, "The public key"), sign, null);
    }

    /// <summary>The id of a public key, or of a private one that is not encrypted.</summary>
    /// <exception cref="VersioningException">It is none on P-256.</exception>
    public static Digest IdOf(string publicKeyPem)
    {
        ArgumentNullException.ThrowIfNull(publicKeyPem);
        return Digest.Of(KeyText.ReadPublic(publicKeyPem, "The key"));
    }

    /// <summary>Writes the private key into a new file that only its owner may read.</summary>
    /// <param name="path">The file; it must not be there.</param>
    /// <param name="password">What it is encrypted with; null: it is not.</param>
    /// <exception cref="ConflictException">There is something at that path.</exception>
    /// <exception cref="InvalidOperationException">The private key lies elsewhere.</exception>
    public void WritePemFile(string path, string? password = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ECDsa own = _own ?? throw new InvalidOperationException("The private key lies elsewhere.");
        string pem;
        lock (own)
        {
            pem = KeyText.WritePrivate(own, password);
        }

        KeyFile.Create(path, pem);
    }

    /// <summary>The id.</summary>
    public override string ToString() => Id.ToString();

    /// <summary>The signature of a digest, r and s; it was checked against the public key.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>> SignAsync(Digest digest, CancellationToken cancellationToken)
    {
        byte[] hash = new byte[Digest.Size];
        digest.CopyTo(hash);
        byte[] signed = await _sign(hash, cancellationToken).ConfigureAwait(false) ?? [];
        return P256.Verify(_public, digest, signed) ? signed
            : DerSignature.Read(signed) is { } read && P256.Verify(_public, digest, read) ? read
            : throw KeyText.Invalid($"What signs for the key {Id}", "gave something that is not its signature of the SHA-256 that it was given", "Sign the 32 bytes as they are, with ECDSA, and do not hash them again.");
    }

    private static SigningKey Of(ECDsa own) => new(
        P256.PublicPart(own)!,
        (hash, _) =>
        {
            // An ECDsa is not safe for use from several threads.
            lock (own)
            {
                return ValueTask.FromResult(own.SignHash(hash.Span, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
            }
        },
        own);
}
