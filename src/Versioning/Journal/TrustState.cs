using System.Collections.Immutable;

namespace Versioning.Journal;

/// <summary>A key that was trusted once, and the entries that began and, where it was revoked, ended that.</summary>
internal sealed record KnownKey(Digest Id, ReadOnlyMemory<byte> Key, string Name, long Since, long? Revoked)
{
    internal bool IsTrusted => Revoked is null;
}

/// <summary>That a version was signed by a key while that was trusted; the entry has the signature.</summary>
internal readonly record struct SignatureMark(Digest Key, long Sequence);

/// <summary>Whom the store trusts, in the order in which that began, and what it demands signatures for.</summary>
internal sealed record TrustState(ImmutableList<KnownKey> Keys, ImmutableSortedSet<string> Demands)
{
    internal static readonly TrustState Empty = new([], ImmutableSortedSet.Create<string>(StringComparer.Ordinal));

    internal bool IsEmpty => Keys.IsEmpty && Demands.IsEmpty;

    /// <summary>The key that everything that is trusted goes back to.</summary>
    internal KnownKey? Root => Keys.IsEmpty ? null : Keys[0];

    internal KnownKey? Find(Digest id) => Keys.Find(key => key.Id == id);

    internal KnownKey? Trusted(Digest id) => Find(id) is { IsTrusted: true } key ? key : null;

    /// <summary>Whether the versions of an artifact have to be signed.</summary>
    internal bool Demand(string artifact) => !Demands.IsEmpty && Demands.Any(demand => Covers(demand, artifact));

    /// <summary>An artifact's name, the beginning of names up to a <c>/</c>, or <c>/</c> alone for all.</summary>
    internal static bool IsDemand(string text) => text == "/" || References.IsArtifactName(text.EndsWith('/') ? text[..^1] : text);

    internal static bool IsName(string name) => name.Length is > 0 and <= 200 && name.Trim() == name && !name.Any(char.IsControl);

    internal TrustState Trust(KeyOperation key, long sequence) => this with { Keys = Keys.Add(new KnownKey(key.Id, key.Key, key.Name!, sequence, null)) };

    internal TrustState Revoke(KnownKey key, long sequence) => this with { Keys = Keys.Replace(key, key with { Revoked = sequence }) };

    private static bool Covers(string demand, string artifact) =>
        demand.EndsWith('/') ? demand.Length == 1 || artifact.StartsWith(demand, StringComparison.Ordinal) : artifact == demand;
}
