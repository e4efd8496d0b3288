using Versioning.Canonical;
using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>One chunk of a file: its SHA-256, its length in bytes, where it lies.</summary>
internal readonly record struct FileChunk(Digest Digest, int Length, ChunkRef Place);

/// <summary>A child page: its digest, the bytes of the file that it covers, where it lies.</summary>
internal readonly record struct ChunkListChild(Digest Digest, long Bytes, ChunkRef Place);

/// <summary>
/// A page of the list of a file's chunks. Logical: [0, [[SHA-256, length] …]], placement: [[packs …], [[pack index,
/// first ordinal, count] …]]; above that, [level, [[digest, bytes] …]] and [[packs …], [[pack index, ordinal] …]].
/// </summary>
internal sealed record ChunkListPage(int Level, FileChunk[] Chunks, ChunkListChild[] Children)
{
    internal static EncodedNode Encode(IReadOnlyList<FileChunk> chunks)
    {
        return EncodedNode.Create(Logical, Placement, DomainHash.ChunkList);

        void Logical(ref CanonicalWriter writer)
        {
            writer.Array(2);
            writer.Integer(0);
            writer.Array(chunks.Count);
            foreach (FileChunk chunk in chunks)
            {
                writer.Array(2);
                writer.Digest(chunk.Digest);
                writer.Integer(chunk.Length);
            }
        }

        void Placement(ref CanonicalWriter writer)
        {
            var packs = new PackTable();
            var extents = new List<(int Pack, int First, int Count)>();
            foreach (FileChunk chunk in chunks)
            {
                int pack = packs.IndexOf(chunk.Place.Pack);
                if (extents.Count > 0 && extents[^1].Pack == pack && extents[^1].First + extents[^1].Count == chunk.Place.Ordinal)
                {
                    extents[^1] = extents[^1] with { Count = extents[^1].Count + 1 };
                }
                else
                {
                    extents.Add((pack, chunk.Place.Ordinal, 1));
                }
            }

            writer.Array(2);
            packs.Write(ref writer);
            writer.Array(extents.Count);
            foreach ((int pack, int first, int count) in extents)
            {
                writer.Array(3);
                writer.Integer(pack);
                writer.Integer(first);
                writer.Integer(count);
            }
        }
    }

    internal static EncodedNode Encode(int level, IReadOnlyList<ChunkListChild> children)
    {
        return EncodedNode.Create(Logical, Placement, DomainHash.ChunkList);

        void Logical(ref CanonicalWriter writer)
        {
            writer.Array(2);
            writer.Integer(level);
            writer.Array(children.Count);
            foreach (ChunkListChild child in children)
            {
                writer.Array(2);
                writer.Digest(child.Digest);
                writer.Integer(child.Bytes);
            }
        }

        void Placement(ref CanonicalWriter writer) => ManifestInner.WritePlaces(ref writer, [.. children.Select(c => c.Place)]);
    }

    internal static ChunkListPage Decode(ReadOnlyMemory<byte> stored, Digest expected)
    {
        string what = $"Chunk list page {expected}";
        var reader = new CanonicalReader(stored, what);
        reader.Array(2, "a page");
        int level = (int)reader.Integer(0, ManifestNode.MaxLevel);
        int count = reader.Array(36);
        reader.Require(count > 0, "an empty page");
        var chunks = new FileChunk[level == 0 ? count : 0];
        var children = new ChunkListChild[level == 0 ? 0 : count];
        long bytes = 0;
        for (int i = 0; i < count; i++)
        {
            reader.Array(2, "an item");
            if (level == 0)
            {
                chunks[i] = new FileChunk(reader.Digest(), (int)reader.Integer(1, PackFormat.MaxChunkLength), default);
            }
            else
            {
                children[i] = new ChunkListChild(reader.Digest(), reader.Integer(1, long.MaxValue - bytes), default);
                bytes += children[i].Bytes;
            }
        }

        if (DomainHash.ChunkList(stored.Span[..reader.Position]) != expected)
        {
            throw new IntegrityException("node_damaged", $"{what} is not what its digest says.", "Run 'vers verify' to see which versions are hit.");
        }

        if (level == 0)
        {
            DecodeExtents(ref reader, chunks);
        }
        else
        {
            ChunkRef[] places = ManifestInner.DecodePlaces(ref reader, count);
            for (int i = 0; i < count; i++)
            {
                children[i] = children[i] with { Place = places[i] };
            }
        }

        reader.End();
        return new ChunkListPage(level, chunks, children);
    }

    private static void DecodeExtents(ref CanonicalReader reader, FileChunk[] chunks)
    {
        reader.Array(2, "a placement");
        PackId[] packs = PackTable.Read(ref reader);
        int next = 0;
        for (int left = reader.Array(4); left > 0; left--)
        {
            reader.Array(3, "an extent");
            PackId pack = packs[(int)reader.Integer(0, packs.Length - 1)];
            int first = (int)reader.Integer(0, int.MaxValue);
            int count = (int)reader.Integer(1, chunks.Length - next);
            reader.Require(first <= int.MaxValue - count, "an extent beyond all ordinals");
            for (int i = 0; i < count; i++, next++)
            {
                chunks[next] = chunks[next] with { Place = new ChunkRef(pack, first + i) };
            }
        }

        reader.Require(next == chunks.Length, $"extents for {next} of {chunks.Length} chunks");
    }
}
