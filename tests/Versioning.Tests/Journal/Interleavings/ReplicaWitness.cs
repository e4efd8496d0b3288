using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Sees every effect on the replica: its readers must always see an earlier state of the store, whole.</summary>
internal sealed class ReplicaWitness(Witness store)
{
    private readonly Dictionary<long, byte[]> _entries = [];
    private readonly Dictionary<PackId, PackFooter> _packs = [];
    private readonly SortedSet<long> _announced = [];

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
        else if (IsAnnouncement(key, out long upTo))
        {
            _announced.Add(upTo);
        }

        Require();
    }

    internal void Deleted(ObjectKey key)
    {
        if (StoreKeys.TryParsePack(key, out PackId pack))
        {
            _packs.Remove(pack);
        }
        else if (IsAnnouncement(key, out long upTo))
        {
            _announced.Remove(upTo);
        }
        else
        {
            store.Report($"{key} of the replica was deleted");
        }

        Require();
    }

    private static bool IsAnnouncement(ObjectKey key, out long upTo)
    {
        upTo = 0;
        return key.Value.StartsWith(StoreKeys.Incoming, StringComparison.Ordinal) && StoreKeys.TryParseSequence(key, out upTo);
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

        if (_entries.Keys.DefaultIfEmpty().Max() is var last && last > Position && !_announced.Any(upTo => upTo >= last))
        {
            store.Report($"who appends to the replica at {Position} may overlook entry {last}");
        }

        if (store.FindLost(store.States[(int)Position], _packs) is { } lost)
        {
            store.Report($"the replica at {Position} lacks {lost}");
        }
    }
}
