using Versioning.Journal;

namespace Versioning.Signing;

/// <summary>What the keys and demands of a state mean for who reads and writes.</summary>
internal static class Trust
{
    internal const string GiveKey = "Give a key that the store trusts: --key or VERSIONING_SIGNING_KEY, in code VersionStoreOptions.Signer. See 'vers key list'.";

    /// <summary>What an alias's policy says where only signed versions may have the name.</summary>
    internal const string SignedCondition = "signed";

    /// <exception cref="ConflictException">There is no key, or the store does not trust it.</exception>
    internal static SigningKey RequireTrusted(StoreState now, SigningKey? key)
    {
        if (key is null)
        {
            throw new ConflictException("not_signed", "This has to be signed by a key that the store trusts.", GiveKey);
        }

        return now.Trust.Find(key.Id) switch
        {
            { IsTrusted: true } => key,
            { } revoked => throw new ConflictException("key_not_trusted", $"The key '{revoked.Name}' ({key.Id}) was revoked by entry {revoked.Revoked}.", "Sign with another one. See 'vers key list'."),
            null => throw new ConflictException("key_not_trusted", $"The store does not trust the key {key.Id}.", "Whoever has a trusted key says that it does: vers key trust <file> --name <name>"),
        };
    }

    /// <summary>Refuses a version that has to be signed and is not: whoever can write could have slipped it in.</summary>
    /// <param name="state">What is known of the store.</param>
    /// <param name="artifact">The artifact.</param>
    /// <param name="version">The version.</param>
    /// <param name="alias">The alias that it was asked for by, or null.</param>
    /// <exception cref="IntegrityException">It is not signed.</exception>
    internal static void RequireSigned(StoreState state, string artifact, PublishedVersion version, string? alias)
    {
        if (!version.Signatures.IsEmpty)
        {
            return;
        }

        bool byAlias = alias is not null && state.Find(artifact)!.Policies.TryGetValue(alias, out var conditions) && conditions.Contains(SignedCondition);
        if (byAlias || state.Trust.Demand(artifact))
        {
            string trusted = string.Join(", ", state.Trust.Keys.Where(key => key.IsTrusted).Select(key => $"'{key.Name}' ({key.Id})"));
            throw new IntegrityException(
                "not_signed",
                $"{artifact}@{version.Number} was published by entry {version.Sequence} and is not signed by a key that the store trusted: {trusted}.",
                $"See 'vers audit {artifact}' for who published it. Whoever has one of the keys and knows that it is right signs it: vers sign {artifact}@{version.Number}#{version.Digest}");
        }
    }
}
