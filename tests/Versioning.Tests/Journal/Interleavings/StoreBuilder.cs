using Versioning.Canonical;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Makes the store that a scenario begins with, one entry after the other.</summary>
internal sealed class StoreBuilder
{
    internal const string Artifact = "d";

    private StoreState _state = StoreState.Empty;

    internal Library Library { get; } = new();

    internal List<(ObjectKey Key, byte[] Content)> Objects { get; } = [];

    /// <summary>What was there once.</summary>
    internal List<ObjectKey> Deleted { get; } = [];

    internal static PackId PackId(int number) => new((UInt128)number);

    internal static ChunkRef Place(int pack, int ordinal) => new(PackId(pack), ordinal);

    /// <summary>What a store begins with, where someone asks which one it is.</summary>
    internal void Format() => Objects.Add((StoreKeys.Format, new StoreFormat(7).Encode().ToArray()));

    /// <summary>Condemns a pack and deletes it.</summary>
    internal void Collect(int number)
    {
        Append(new CondemnOperation([PackId(number)]));
        Deleted.Add(StoreKeys.Pack(PackId(number)));
    }

    /// <summary>A pack that no version needs yet.</summary>
    internal void Pack(int number, params string[] texts) =>
        Objects.Add((StoreKeys.Pack(PackId(number)), Library.Pack(PackId(number), texts).ToArray()));

    /// <summary>A version whose leaves and root fill one pack, in that order.</summary>
    internal void Publish(int pack, params string[] leaves)
    {
        Pack(pack, [.. leaves, Library.RootOf(leaves.Select((_, ordinal) => Place(pack, ordinal)))]);
        Publish(Place(pack, leaves.Length));
    }

    /// <summary>A version with a root chunk that is there already.</summary>
    internal void Publish(ChunkRef root)
    {
        int number = (_state.Find(Artifact)?.Versions.Count ?? 0) + 1;
        Append(new PublishOperation(Artifact, number, Records.Of(Artifact, $"before-{number}"), root, Packs: null));
    }

    internal void Append(params JournalOperation[] operations)
    {
        long sequence = _state.Sequence + 1;
        var entry = new JournalEntry(sequence, _state.Head, (UInt128)sequence, InstantTime.Instance.GetUtcNow(), $"before-{sequence}", "test", operations);
        ReadOnlyMemory<byte> bytes = entry.Encode();
        _state = _state.Apply(entry, DomainHash.Entry(bytes.Span));
        Objects.Add((StoreKeys.Entry(sequence), bytes.ToArray()));
    }
}

/// <summary>Version records that differ in nothing but who published them.</summary>
internal static class Records
{
    internal static ReadOnlyMemory<byte> Of(string artifact, string author) => new VersionRecord(
        artifact, ArtifactKind.Dataset, Digest.Of(System.Text.Encoding.UTF8.GetBytes(author)), 1, 1,
        InstantTime.Instance.GetUtcNow(), author, "", "test", null, [], [], [], []).Encode();
}
