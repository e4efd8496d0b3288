using Versioning.Canonical;
using Versioning.Keys;

namespace Versioning.Journal;

/// <summary>The signature of an entry: <c>[key id, r and s]</c>.</summary>
/// <param name="Key">The id of the key.</param>
/// <param name="Value">r and s.</param>
/// <param name="Head">The digest that was signed: of all bytes before the signature, the key's id too.</param>
internal sealed record EntrySignature(Digest Key, ReadOnlyMemory<byte> Value, Digest Head)
{
    internal static void WriteKey(ref CanonicalWriter writer, Digest key)
    {
        writer.Array(2);
        writer.Digest(key);
    }

    internal void Write(ref CanonicalWriter writer)
    {
        WriteKey(ref writer, Key);
        writer.Bytes(Value.Span);
    }

    internal static EntrySignature Read(ref CanonicalReader reader, ReadOnlyMemory<byte> entry)
    {
        reader.Array(2, "a signature");
        Digest key = reader.Digest();
        Digest head = DomainHash.SignedEntry(entry.Span[..reader.Position]);
        return new EntrySignature(key, ReadValue(ref reader), head);
    }

    /// <summary>r and s.</summary>
    internal static ReadOnlyMemory<byte> ReadValue(ref CanonicalReader reader)
    {
        ReadOnlyMemory<byte> value = reader.Bytes(P256.SignatureLength);
        reader.Require(value.Length == P256.SignatureLength, $"a signature of {value.Length} bytes");
        return value;
    }
}
