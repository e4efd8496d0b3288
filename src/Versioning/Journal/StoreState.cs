using System.Collections.Immutable;
using Versioning.Packs;

namespace Versioning.Journal;

/// <summary>A version as the journal knows it; the whole record lies in entry <see cref="Sequence"/>.</summary>
internal sealed record PublishedVersion(long Number, Digest Digest, Digest Content, ArtifactKind Kind, long Sequence, ChunkRef Root, ChunkRef? Packs, bool Retired)
{
    /// <summary>What it was made from, as far as that is in this store; empty where the state is not <see cref="StoreState.IsLinked"/>.</summary>
    internal ImmutableArray<VersionKey> Inputs { get; init; } = [];

    /// <summary>What it made, where it is a run; empty as <see cref="Inputs"/>.</summary>
    internal ImmutableArray<VersionKey> Outputs { get; init; } = [];

    /// <summary>Which keys have signed it, in order.</summary>
    internal ImmutableArray<SignatureMark> Signatures { get; init; } = [];

    internal bool HasLinks => !Inputs.IsEmpty || !Outputs.IsEmpty;
}

/// <summary>A version that the state knows; the name is the state's own, so it takes no memory.</summary>
internal readonly record struct VersionKey(string Artifact, long Number);

/// <summary>One artifact: all its versions ever, by number, and the names of them.</summary>
internal sealed record ArtifactState(
    ImmutableList<PublishedVersion> Versions,
    ImmutableSortedDictionary<string, long> Tags,
    ImmutableSortedDictionary<string, long> Aliases)
{
    /// <summary>What a version has to meet before an alias is moved to it.</summary>
    internal ImmutableSortedDictionary<string, ImmutableArray<string>> Policies { get; init; } = NoPolicies;

    private static readonly ImmutableSortedDictionary<string, ImmutableArray<string>> NoPolicies = ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    internal static readonly ArtifactState Empty = new(
        [],
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal));

    /// <summary>The newest version that is not retired.</summary>
    internal PublishedVersion? Latest => Versions.FindLast(v => !v.Retired);

    /// <summary>Whether a name is an alias's, or kept for one by a policy, and can't be a tag.</summary>
    internal bool IsOfAlias(string name) => Aliases.ContainsKey(name) || Policies.ContainsKey(name);

    internal PublishedVersion? Find(long number) => number >= 1 && number <= Versions.Count ? Versions[(int)number - 1] : null;

    internal PublishedVersion? Live(long number) => Find(number) is { Retired: false } version ? version : null;
}

/// <summary>
/// S(n): a pure function of entries 1 to n. Immutable, so that a snapshot costs nothing and never changes under a reader.
/// </summary>
internal sealed record StoreState(
    long Sequence,
    Digest Head,
    ImmutableSortedDictionary<string, ArtifactState> Artifacts,
    ImmutableSortedDictionary<PackId, PackLocation> Moved,
    ImmutableSortedSet<PackId> Gone)
{
    /// <summary>Runs, beside those that ended: those are versions.</summary>
    internal RunsState Runs { get; init; } = RunsState.Empty;

    /// <summary>Whom it trusts, and what has to be signed.</summary>
    internal TrustState Trust { get; init; } = TrustState.Empty;

    /// <summary>Whether it knows what versions were made from: the checkpoints of earlier versions do not tell.</summary>
    internal bool IsLinked { get; init; } = true;

    /// <summary>Whether it is not linked, and versions were folded since that were made from others here.</summary>
    internal bool LacksLinks { get; init; }

    internal static readonly StoreState Empty = new(
        0,
        default,
        ImmutableSortedDictionary.Create<string, ArtifactState>(StringComparer.Ordinal),
        ImmutableSortedDictionary<PackId, PackLocation>.Empty,
        []);

    internal ArtifactState? Find(string artifact) => Artifacts.GetValueOrDefault(artifact);

    /// <summary>The version of a key that this state gave.</summary>
    internal PublishedVersion this[VersionKey key] => Artifacts[key.Artifact].Find(key.Number)!;

    /// <summary>Whether every reference resolves to where it was written, as long as nothing was ever collected.</summary>
    internal bool NothingMoved => Gone.IsEmpty && Moved.IsEmpty;

    /// <summary>The object and ordinal that a reference means now, or null where it is not valid.</summary>
    internal (PackId Object, int Ordinal)? Resolve(ChunkRef reference)
    {
        (PackId target, int ordinal) = (reference.Pack, reference.Ordinal);
        if (Moved.TryGetValue(reference.Pack, out PackLocation? location))
        {
            if (!location.Present.Any(range => range.Contains(reference.Ordinal)))
            {
                return null;
            }

            // A hostile base must not wrap round to a chunk that is there.
            long moved = (long)location.Base + reference.Ordinal;
            if (moved > int.MaxValue)
            {
                return null;
            }

            (target, ordinal) = (location.Object, (int)moved);
        }

        return Gone.Contains(target) ? null : (target, ordinal);
    }

    internal bool IsValid(ChunkRef reference) => Resolve(reference) is not null;
}
