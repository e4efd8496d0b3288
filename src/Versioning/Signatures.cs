namespace Versioning;

/// <summary>A key that a store trusts, or did.</summary>
/// <param name="Id">Its id: the SHA-256 of its SubjectPublicKeyInfo in DER.</param>
/// <param name="Name">Whose it is, as whoever trusted it called it.</param>
/// <param name="PublicKeyPem">The public key.</param>
/// <param name="Since">The journal entry from which on it is trusted.</param>
/// <param name="Revoked">The entry from which on it is not; null: it is.</param>
public sealed record TrustedKey(Digest Id, string Name, string PublicKeyPem, long Since, long? Revoked);

/// <summary>A signature of a version by a key that the store trusted when it was made.</summary>
/// <param name="KeyId">The key's id.</param>
/// <param name="KeyName">Whose it is.</param>
/// <param name="Sequence">The journal entry that has the signature.</param>
/// <param name="IsRevoked">Whether the key was revoked since. What it signed before stays signed.</param>
public sealed record VersionSignature(Digest KeyId, string KeyName, long Sequence, bool IsRevoked);
