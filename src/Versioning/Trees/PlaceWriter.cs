using Versioning.Canonical;
using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>
/// Writes the places of one node: the packs, each once; then each place, which begins [pack index, ordinal] and goes on
/// with where the bytes lie, if that is known. A place right behind the one before it in its pack has 0 for its offset,
/// any other the offset + 1.
/// </summary>
internal sealed class PlaceWriter
{
    private readonly Dictionary<PackId, int> _indexes = [];
    private readonly List<PackId> _packs = [];
    private int[] _ends = [];

    internal int IndexOf(PackId pack)
    {
        if (!_indexes.TryGetValue(pack, out int index))
        {
            index = _packs.Count;
            _indexes.Add(pack, index);
            _packs.Add(pack);
        }

        return index;
    }

    /// <summary>The packs; all of them are known by now.</summary>
    internal void WritePacks(ref CanonicalWriter writer)
    {
        _ends = new int[_packs.Count];
        writer.Array(_packs.Count);
        foreach (PackId pack in _packs)
        {
            writer.Id(pack.Value);
        }
    }

    /// <summary>The place of a node: [index, ordinal] or [index, ordinal, at, stored length, length, encoding, checksum].</summary>
    internal void WriteNode(ref CanonicalWriter writer, ChunkRef place)
    {
        StoredSpan span = place.Span;
        Begin(ref writer, place, span.IsKnown ? 7 : 2);
        if (span.IsKnown)
        {
            span.Write(ref writer);
        }
    }

    /// <summary>The place of a file's only chunk: [index, ordinal], [index, ordinal, at] where it is stored as it is, else [index, ordinal, at, stored length, encoding].</summary>
    internal void WriteFile(ref CanonicalWriter writer, ChunkRef place)
    {
        StoredSpan span = place.Span;
        bool raw = span.Encoding == Compression.ChunkEncoding.Raw;
        Begin(ref writer, place, !span.IsKnown ? 2 : raw ? 3 : 5);
        if (span.IsKnown && !raw)
        {
            writer.Integer(span.StoredLength);
            writer.Integer((int)span.Encoding);
        }
    }

    private void Begin(ref CanonicalWriter writer, ChunkRef place, int fields)
    {
        int pack = IndexOf(place.Pack);
        writer.Array(fields);
        writer.Integer(pack);
        writer.Integer(place.Ordinal);
        if (fields > 2)
        {
            writer.Integer(place.Span.Offset == _ends[pack] ? 0 : place.Span.Offset + 1L);
            _ends[pack] = place.Span.End;
        }
    }
}
