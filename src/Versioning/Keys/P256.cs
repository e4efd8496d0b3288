using System.Security.Cryptography;

namespace Versioning.Keys;

/// <summary>
/// Public keys on the curve P-256, in the one form that is kept: the DER of a SubjectPublicKeyInfo with the curve by name and
/// the point uncompressed. Their id is the SHA-256 of that.
/// </summary>
internal static class P256
{
    /// <summary>The length of a public key.</summary>
    internal const int KeyLength = 91;

    /// <summary>The length of a signature: r and s, 32 bytes each, big endian (IEEE P1363).</summary>
    internal const int SignatureLength = 64;

    // Algorithm ecPublicKey, curve prime256v1, a bit string that begins with an uncompressed point.
    private static ReadOnlySpan<byte> Head => [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04];

    /// <summary>Whether some bytes have the form of a key; whether it lies on the curve is not looked at.</summary>
    internal static bool HasForm(ReadOnlySpan<byte> key) => key.Length == KeyLength && key.StartsWith(Head);

    /// <summary>Whether it is a key that signatures can be checked with.</summary>
    internal static bool IsKey(ReadOnlySpan<byte> key)
    {
        using ECDsa? ecdsa = TryOpen(key);
        return ecdsa is not null;
    }

    /// <summary>Whether a signature is that of a digest by a key.</summary>
    internal static bool Verify(ReadOnlySpan<byte> key, Digest digest, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength)
        {
            return false;
        }

        using ECDsa? ecdsa = TryOpen(key);
        Span<byte> hash = stackalloc byte[Digest.Size];
        digest.CopyTo(hash);
        return ecdsa?.VerifyHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation) == true;
    }

    /// <summary>The public part of a key, as it is kept; null where it is on another curve.</summary>
    internal static byte[]? PublicPart(ECDsa ecdsa)
    {
        ECPoint point = ecdsa.ExportParameters(includePrivateParameters: false).Q;
        byte[] key = [.. Head, .. point.X!, .. point.Y!];
        return IsKey(key) ? key : null;
    }

    /// <summary>As PEM, with lines of 64 characters that end with LF.</summary>
    internal static string ToPem(ReadOnlySpan<byte> key) => new string(PemEncoding.Write("PUBLIC KEY", key)) + "\n";

    private static ECDsa? TryOpen(ReadOnlySpan<byte> key)
    {
        if (!HasForm(key))
        {
            return null;
        }

        try
        {
            // Imports refuse a point that is not on the curve.
            return ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = key[Head.Length..^32].ToArray(), Y = key[^32..].ToArray() },
            });
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
