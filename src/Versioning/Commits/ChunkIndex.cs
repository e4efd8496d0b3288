using Versioning.Packs;

namespace Versioning.Commits;

/// <summary>
/// Chunks that can be reused, by digest, in bounded memory: two generations, of which the older is dropped when the
/// younger is full; what is found in the older one moves to the younger. Thread safe.
/// </summary>
internal sealed class ChunkIndex(int generation = ChunkIndex.DefaultGeneration)
{
    /// <summary>Entries per generation; about 60 bytes each.</summary>
    internal const int DefaultGeneration = 300_000;

    private readonly Lock _lock = new();
    private Dictionary<Digest, ChunkRef> _young = [];
    private Dictionary<Digest, ChunkRef> _old = [];

    internal void Add(Digest digest, ChunkRef place)
    {
        lock (_lock)
        {
            AddLocked(digest, place);
        }
    }

    internal ChunkRef? Find(Digest digest)
    {
        lock (_lock)
        {
            if (_young.TryGetValue(digest, out ChunkRef place))
            {
                return place;
            }

            if (!_old.Remove(digest, out place))
            {
                return null;
            }

            AddLocked(digest, place);
            return place;
        }
    }

    private void AddLocked(Digest digest, ChunkRef place)
    {
        if (_young.Count >= generation)
        {
            (_old, _young) = (_young, []);
        }

        _young[digest] = place;
    }
}
