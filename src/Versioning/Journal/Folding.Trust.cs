using Versioning.Keys;

namespace Versioning.Journal;

/// <content>
/// Signatures and trust. What a key signed counts by its place in the journal, never by a time: from the entry that trusts it
/// up to the one that revokes it.
/// </content>
internal static partial class Folding
{
    /// <summary>The trusted key that an entry is signed with; null where it is not signed, or by a key that is not trusted there.</summary>
    /// <exception cref="IntegrityException">The signature is not that of the key.</exception>
    private static KnownKey? SignerOf(StoreState state, JournalEntry entry)
    {
        if (entry.Signature is not { } signature)
        {
            return null;
        }

        // The first key vouches for itself: nobody can be locked out by one that nobody has.
        KnownKey? signer = state.Trust.Trusted(signature.Key)
            ?? (state.Trust.Keys.IsEmpty && entry.Operations.OfType<KeyOperation>().FirstOrDefault() is { Name: { } name } first && first.Id == signature.Key
                ? new KnownKey(signature.Key, first.Key, name, entry.Sequence, null)
                : null);
        return signer is null || P256.Verify(signer.Key.Span, signature.Head, signature.Value.Span)
            ? signer
            : throw new IntegrityException(
                "signature_wrong",
                $"Journal entry {entry.Sequence} bears a signature of the key '{signer.Name}' ({signer.Id}) that is not that of its content.",
                "It was edited by somebody without that key; compare with a mirror.");
    }

    private static StoreState Change(StoreState state, KeyOperation key, KnownKey? signer, long sequence)
    {
        string what = key.Name is null ? $"revokes the key {key.Id}" : $"trusts the key {key.Id}";
        Require(signer is not null, sequence, $"{what} and is not signed by a trusted key");
        if (key.Name is null)
        {
            Require(state.Trust.Trusted(key.Id) is not null, sequence, $"{what}, which is not trusted");
            Require(state.Trust.Keys.Count(known => known.IsTrusted) > 1, sequence, $"{what}, the last that is trusted");
            return state with { Trust = state.Trust.Revoke(state.Trust.Find(key.Id)!, sequence) };
        }

        Require(TrustState.IsName(key.Name), sequence, $"{what} under a name that is none");
        Require(state.Trust.Find(key.Id) is null, sequence, $"{what}, which was trusted before");
        Require(!state.Trust.Keys.Exists(known => known.IsTrusted && known.Name == key.Name), sequence, $"{what} under the name of another");
        Require(P256.IsKey(key.Key.Span), sequence, $"{what}, which is not on the curve");
        return state with { Trust = state.Trust.Trust(key, sequence) };
    }

    private static StoreState Demand(StoreState state, DemandOperation demand, KnownKey? signer, long sequence)
    {
        string what = $"says whether '{demand.Artifacts}' has to be signed";
        Require(signer is not null, sequence, $"{what} and is not signed by a trusted key");
        Require(TrustState.IsDemand(demand.Artifacts), sequence, $"{what}, which is neither an artifact nor a beginning of names");
        Require(state.Trust.Demands.Contains(demand.Artifacts) != demand.IsDemanded, sequence, $"{what}, which says nothing new");
        return state with
        {
            Trust = state.Trust with { Demands = demand.IsDemanded ? state.Trust.Demands.Add(demand.Artifacts) : state.Trust.Demands.Remove(demand.Artifacts) },
        };
    }

    private static StoreState Sign(StoreState state, SignOperation sign, KnownKey? signer, long sequence)
    {
        string what = $"signs {sign.Artifact}@{sign.Number}";
        ArtifactState artifact = state.Find(sign.Artifact) ?? ArtifactState.Empty;
        PublishedVersion? version = artifact.Live(sign.Number);
        Require(signer is not null, sequence, $"{what} and is not signed by a trusted key");
        Require(version is not null, sequence, $"{what}, which does not live");
        Require(!version!.Signatures.Any(mark => mark.Key == signer!.Id), sequence, $"{what}, which that key has signed");
        Require(P256.Verify(signer!.Key.Span, sign.Statement, sign.Signature.Span), sequence, $"{what} with a signature that is not that of its key");
        return With(state, sign.Artifact, artifact with
        {
            Versions = artifact.Versions.SetItem((int)sign.Number - 1, version with { Signatures = version.Signatures.Add(new SignatureMark(signer.Id, sequence)) }),
        });
    }
}
