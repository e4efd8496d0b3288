using System.Formats.Asn1;
using System.Numerics;

namespace Versioning.Keys;

/// <summary>ECDSA signatures as others have them: a DER sequence of two integers.</summary>
internal static class DerSignature
{
    private const int Half = P256.SignatureLength / 2;

    /// <summary>The DER of r and s.</summary>
    internal static byte[] Of(ReadOnlySpan<byte> signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(signature[..Half], isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(signature[Half..], isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }

    /// <summary>r and s of a DER; null where it is none.</summary>
    internal static byte[]? Read(ReadOnlyMemory<byte> der)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            AsnReader sequence = reader.ReadSequence();
            BigInteger r = sequence.ReadInteger(), s = sequence.ReadInteger();
            sequence.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();
            byte[] signature = new byte[P256.SignatureLength];
            return TryWrite(r, signature.AsSpan(0, Half)) && TryWrite(s, signature.AsSpan(Half)) ? signature : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool TryWrite(BigInteger value, Span<byte> destination)
    {
        if (value.Sign < 0 || value.GetByteCount(isUnsigned: true) is var length && length > destination.Length)
        {
            return false;
        }

        return value.TryWriteBytes(destination[^length..], out _, isUnsigned: true, isBigEndian: true);
    }
}
