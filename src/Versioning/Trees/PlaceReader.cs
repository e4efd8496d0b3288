using Versioning.Canonical;
using Versioning.Compression;
using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>Reads what <see cref="PlaceWriter"/> writes.</summary>
internal sealed class PlaceReader
{
    private readonly PackId[] _packs;
    private readonly int[] _ends;

    private PlaceReader(PackId[] packs)
    {
        _packs = packs;
        _ends = new int[packs.Length];
    }

    internal static PlaceReader Begin(ref CanonicalReader reader)
    {
        var packs = new PackId[reader.Array(18)];
        for (int i = 0; i < packs.Length; i++)
        {
            packs[i] = new PackId(reader.Id());
        }

        return new PlaceReader(packs);
    }

    internal PackId ReadPack(ref CanonicalReader reader) => _packs[ReadIndex(ref reader)];

    internal ChunkRef ReadNode(ref CanonicalReader reader)
    {
        int fields = reader.Array(1);
        reader.Require(fields is 2 or 7, "a place of a node with other fields");
        (int pack, ChunkRef place) = ReadRef(ref reader);
        if (fields == 2)
        {
            return place;
        }

        int offset = ReadOffset(ref reader, pack);
        return place with { Span = Next(ref reader, pack, StoredSpan.Read(ref reader, offset)) };
    }

    /// <param name="reader">The placement.</param>
    /// <param name="size">The file's size in bytes.</param>
    internal ChunkRef ReadFile(ref CanonicalReader reader, long size)
    {
        int fields = reader.Array(1);
        reader.Require(fields is 2 or 3 or 5, "a place of a file with other fields");
        (int pack, ChunkRef place) = ReadRef(ref reader);
        if (fields == 2)
        {
            return place;
        }

        reader.Require(size is > 0 and <= PackFormat.MaxChunkLength, "one chunk for a file of another size");
        int offset = ReadOffset(ref reader, pack);
        int stored = fields == 3 ? (int)size : (int)reader.Integer(1, size);
        ChunkEncoding encoding = fields == 3 ? ChunkEncoding.Raw : ReadEncoding(ref reader, 1);
        return place with { Span = Next(ref reader, pack, new StoredSpan(offset, stored, (int)size, encoding, 0)) };
    }

    internal static int ReadOffset(ref CanonicalReader reader) => (int)reader.Integer(0, PackFormat.MaxObjectLength);

    /// <param name="reader">The placement.</param>
    /// <param name="least">1 where what is stored as it is is written in another way.</param>
    internal static ChunkEncoding ReadEncoding(ref CanonicalReader reader, int least) => (ChunkEncoding)reader.Integer(least, (int)ChunkEncoding.Planes4);

    private (int Pack, ChunkRef Place) ReadRef(ref CanonicalReader reader)
    {
        int pack = ReadIndex(ref reader);
        return (pack, new ChunkRef(_packs[pack], (int)reader.Integer(0, int.MaxValue)));
    }

    private int ReadIndex(ref CanonicalReader reader) => (int)reader.Integer(0, _packs.Length - 1);

    private int ReadOffset(ref CanonicalReader reader, int pack)
    {
        long at = reader.Integer(0, PackFormat.MaxObjectLength + 1L);
        reader.Require(at == 0 || at - 1 != _ends[pack], "an offset that is not in its shortest form");
        return at == 0 ? _ends[pack] : (int)(at - 1);
    }

    private StoredSpan Next(ref CanonicalReader reader, int pack, StoredSpan span)
    {
        reader.Require(span.End <= PackFormat.MaxObjectLength, "a chunk beyond the end of any pack");
        _ends[pack] = span.End;
        return span;
    }
}
