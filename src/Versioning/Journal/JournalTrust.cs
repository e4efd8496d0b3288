namespace Versioning.Journal;

/// <summary>Who signs what this process writes, and whom a store must trust to be the one that is meant.</summary>
/// <param name="Signer">Signs; null: nothing is signed.</param>
/// <param name="Anchors">Ids of keys, one of which must be the first that the store trusted; empty: whoever it trusts.</param>
internal sealed record JournalTrust(SigningKey? Signer, IReadOnlyList<Digest> Anchors)
{
    internal bool HasAnchors => Anchors.Count > 0;

    /// <summary>All keys go back to the first one, so that is the only one that has to be known from elsewhere.</summary>
    /// <exception cref="IntegrityException">It is another one.</exception>
    internal void Check(StoreState state, string location)
    {
        if (HasAnchors && (state.Trust.Root is not { } root || !Anchors.Contains(root.Id)))
        {
            string found = state.Trust.Root is { } other ? $"goes back to the key '{other.Name}' ({other.Id})" : "trusts no key";
            throw new IntegrityException(
                "key_not_trusted",
                $"{location} {found}, and it should go back to {string.Join(" or ", Anchors)}.",
                "Either the store was replaced, or another key is expected here: ask whoever keeps it.");
        }
    }
}
