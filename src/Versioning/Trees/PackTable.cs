using Versioning.Canonical;
using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>The packs that a node's placement names, each once; places refer to them by index.</summary>
internal sealed class PackTable
{
    private readonly Dictionary<PackId, int> _indexes = [];
    private readonly List<PackId> _packs = [];

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

    internal void Write(ref CanonicalWriter writer)
    {
        writer.Array(_packs.Count);
        foreach (PackId pack in _packs)
        {
            writer.Id(pack.Value);
        }
    }

    internal static PackId[] Read(ref CanonicalReader reader)
    {
        var packs = new PackId[reader.Array(18)];
        for (int i = 0; i < packs.Length; i++)
        {
            packs[i] = new PackId(reader.Id());
        }

        return packs;
    }

    internal static ChunkRef ReadRef(ref CanonicalReader reader, PackId[] packs)
    {
        reader.Array(2, "a place");
        int pack = (int)reader.Integer(0, packs.Length - 1);
        return new ChunkRef(packs[pack], (int)reader.Integer(0, int.MaxValue));
    }
}
