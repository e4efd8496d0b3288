using Versioning.Journal;

namespace Versioning.Signing;

/// <summary>What it takes to change whom a store trusts and what it demands, in a state; asked anew on every newer one.</summary>
internal static class Changes
{
    internal static IReadOnlyList<JournalOperation>? Trust(StoreState now, KeyOperation key, SigningKey? signer)
    {
        if (now.Trust.Find(key.Id) is { } known)
        {
            return known.IsTrusted && known.Name == key.Name ? null
                : known.IsTrusted ? throw new ConflictException("key_known", $"The key {key.Id} is trusted as '{known.Name}' already.", "A key has one name.")
                : throw new ConflictException("key_not_trusted", $"The key '{known.Name}' ({key.Id}) was revoked by entry {known.Revoked}, and that is for ever.", "Make another: vers key create <file>");
        }

        if (now.Trust.Keys.Exists(other => other.IsTrusted && other.Name == key.Name))
        {
            throw new ConflictException("name_taken", $"Another trusted key is called '{key.Name}'.", "Choose another name, or revoke that key before. See 'vers key list'.");
        }

        if (now.Trust.Keys.IsEmpty && signer?.Id != key.Id)
        {
            throw new ConflictException("key_not_trusted", "The first key that a store trusts is that of whoever says so, and this entry is not signed with it.", "Do it with the private key: vers key trust <file> --name <name> --key <private key>");
        }

        if (!now.Trust.Keys.IsEmpty)
        {
            Signing.Trust.RequireTrusted(now, signer);
        }

        return [key];
    }

    internal static KeyOperation Revoke(StoreState now, string text, SigningKey? signer)
    {
        KnownKey key = (Digest.TryParse(text, out Digest id) ? now.Trust.Trusted(id) : now.Trust.Keys.Find(known => known.IsTrusted && known.Name == text))
            ?? throw new NotFoundException("key_not_found", $"No key with the id or the name '{text}' is trusted.", "See 'vers key list'.");
        Signing.Trust.RequireTrusted(now, signer);
        return now.Trust.Keys.Count(known => known.IsTrusted) > 1
            ? new KeyOperation(key.Key, null)
            : throw new ConflictException("last_key", $"'{key.Name}' is the last key that the store trusts: without it nobody could ever say whom to trust.", "Trust another one before.");
    }

    internal static IReadOnlyList<JournalOperation>? Demand(StoreState now, string artifacts, bool isDemanded, SigningKey? signer)
    {
        if (now.Trust.Demands.Contains(artifacts) == isDemanded)
        {
            return null;
        }

        Signing.Trust.RequireTrusted(now, signer);
        return [new DemandOperation(artifacts, isDemanded)];
    }
}
