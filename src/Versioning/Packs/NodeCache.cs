namespace Versioning.Packs;

/// <summary>
/// Nodes that were read, by their reference, and the last pieces of packs that were read around them. Bounded: what was
/// not used for long is forgotten. Whoever takes something out checks it. Thread safe.
/// </summary>
internal sealed class NodeCache
{
    private const int MaxGenerationBytes = 8 * 1024 * 1024;
    private const int MaxPieces = 4;

    // Two generations: a full young one becomes the old one; what is found in the old one is young again.
    private readonly Lock _lock = new();
    private readonly Queue<ReadAhead> _pieces = new();
    private Dictionary<ChunkRef, ReadOnlyMemory<byte>> _young = [];
    private Dictionary<ChunkRef, ReadOnlyMemory<byte>> _old = [];
    private int _youngBytes;

    /// <summary>The decoded bytes of a node, or null.</summary>
    internal ReadOnlyMemory<byte>? Find(ChunkRef reference)
    {
        lock (_lock)
        {
            if (_young.TryGetValue(reference, out ReadOnlyMemory<byte> content))
            {
                return content;
            }

            if (!_old.Remove(reference, out content))
            {
                return null;
            }

            AddLocked(reference, content);
            return content;
        }
    }

    /// <summary>The stored bytes of a node that lies in a piece, or null.</summary>
    internal ReadOnlyMemory<byte>? FindStored(ChunkRef reference)
    {
        lock (_lock)
        {
            foreach (ReadAhead piece in _pieces)
            {
                if (piece.Take(reference) is { } stored)
                {
                    return stored;
                }
            }

            return null;
        }
    }

    internal void Add(ChunkRef reference, ReadOnlyMemory<byte> content)
    {
        lock (_lock)
        {
            AddLocked(reference, content);
        }
    }

    internal void Add(ReadAhead piece)
    {
        lock (_lock)
        {
            if (_pieces.Count == MaxPieces)
            {
                _pieces.Dequeue();
            }

            _pieces.Enqueue(piece);
        }
    }

    private void AddLocked(ChunkRef reference, ReadOnlyMemory<byte> content)
    {
        if (!_young.TryAdd(reference, content))
        {
            return;
        }

        _youngBytes += content.Length;
        if (_youngBytes > MaxGenerationBytes)
        {
            (_old, _young, _youngBytes) = (_young, [], 0);
        }
    }
}
