using Versioning.Canonical;
using Versioning.Keys;

namespace Versioning.Journal;

/// <summary>Trusts a key under a name from here on, or, with a name of null, does not trust it any more.</summary>
internal sealed record KeyOperation(ReadOnlyMemory<byte> Key, string? Name) : JournalOperation
{
    /// <summary>The key's id.</summary>
    internal Digest Id => Digest.Of(Key.Span);

    internal override void Write(ref CanonicalWriter writer)
    {
        writer.Array(3);
        writer.Integer(KeyCode);
        writer.Bytes(Key.Span);
        writer.TextOrNil(Name);
    }

    internal static KeyOperation ReadFields(ref CanonicalReader reader) => new(ReadKey(ref reader), reader.TextOrNil());

    internal static ReadOnlyMemory<byte> ReadKey(ref CanonicalReader reader)
    {
        ReadOnlyMemory<byte> key = reader.Bytes(P256.KeyLength);
        reader.Require(P256.HasForm(key.Span), "what is no public key on P-256");
        return key;
    }
}

/// <summary>Signs a version with the key that its entry is signed with: the digest of its statement in an envelope, and r and s over that.</summary>
internal sealed record SignOperation(string Artifact, long Number, Digest Statement, ReadOnlyMemory<byte> Signature) : JournalOperation
{
    internal override void Write(ref CanonicalWriter writer)
    {
        writer.Array(5);
        writer.Integer(SignCode);
        writer.Text(Artifact);
        writer.Integer(Number);
        writer.Digest(Statement);
        writer.Bytes(Signature.Span);
    }

    internal static SignOperation ReadFields(ref CanonicalReader reader) => new(reader.Text(), reader.Integer(1), reader.Digest(), EntrySignature.ReadValue(ref reader));
}

/// <summary>Says whether the versions of an artifact, or of all whose names begin so, have to be signed before anyone reads them.</summary>
internal sealed record DemandOperation(string Artifacts, bool IsDemanded) : JournalOperation
{
    internal override void Write(ref CanonicalWriter writer)
    {
        writer.Array(3);
        writer.Integer(DemandCode);
        writer.Text(Artifacts);
        writer.Boolean(IsDemanded);
    }
}
