using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Sees every effect on the replica: its readers must always see an earlier state of the store, whole.</summary>
internal sealed class ReplicaWitness(Witness store)
{
    private readonly Dictionary<long, byte[]> _entries = [];
    private readonly Dictionary<PackId, PackFooter> _packs = [];

    /// <summary>The end of the contiguous run of entries, which is what a reader sees.</summary>
    internal long Position { get; private set; }

    internal bool Exists => _entries.Count + _packs.Count > 0;

    internal void Created(ObjectKey key, ReadOnlyMemory<byte> content)
    {
        if (StoreKeys.TryParsePack(key, out PackId pack))
        {
            _packs[pack] = PackFooter.Parse(content.ToArray(), content.Length, key.Value);
        }
        else if (key.Value.StartsWith(StoreKeys.Journal, StringComparison.Ordinal) && StoreKeys.TryParseSequence(key, out long sequence))
        {
            _entries[sequence] = content.ToArray();
        }

        Require();
    }

    internal void Deleted(ObjectKey key)
    {
        if (StoreKeys.TryParsePack(key, out PackId pack))
        {
            _packs.Remove(pack);
        }
        else
        {
            store.Report($"{key} of the replica was deleted");
        }

        Require();
    }

    private void Require()
    {
        while (_entries.TryGetValue(Position + 1, out byte[]? entry))
        {
            Position++;
            if (store.EntryAt(Position) is not { } original || !original.Span.SequenceEqual(entry))
            {
                store.Report($"entry {Position} of the replica is not that of the store");
                return;
            }
        }

        if (store.FindLost(store.States[(int)Position], _packs) is { } lost)
        {
            store.Report($"the replica at {Position} lacks {lost}");
        }
    }
}
