using Versioning.Canonical;
using Versioning.Compression;
using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>One chunk of a file: its SHA-256, its length in bytes, where it lies.</summary>
internal readonly record struct FileChunk(Digest Digest, int Length, ChunkRef Place);

/// <summary>A child page: its digest, the bytes of the file that it covers, where it lies.</summary>
internal readonly record struct ChunkListChild(Digest Digest, long Bytes, ChunkRef Place);

/// <summary>
/// A page of the list of a file's chunks. Logical: [0, [[SHA-256, length] …]], placement: [[packs …], [extent …]]; above
/// that, [level, [[digest, bytes] …]] and [[packs …], [place …]]. An extent is [pack index, first ordinal, count], with
/// the offset of the first behind it where that is known, and [[stored length, encoding] …] where not all are stored as they are.
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
            var packs = new PlaceWriter();
            var extents = new List<Range>();
            for (int i = 0; i < chunks.Count; i++)
            {
                packs.IndexOf(chunks[i].Place.Pack);
                if (i > 0 && GoesOn(chunks[i - 1].Place, chunks[i].Place))
                {
                    extents[^1] = extents[^1].Start..(i + 1);
                }
                else
                {
                    extents.Add(i..(i + 1));
                }
            }

            writer.Array(2);
            packs.WritePacks(ref writer);
            writer.Array(extents.Count);
            foreach (Range extent in extents)
            {
                (int first, int count) = extent.GetOffsetAndLength(chunks.Count);
                ChunkRef place = chunks[first].Place;
                bool raw = Enumerable.Range(first, count).All(i => chunks[i].Place.Span.Encoding == ChunkEncoding.Raw);
                writer.Array(!place.Span.IsKnown ? 3 : raw ? 4 : 5);
                writer.Integer(packs.IndexOf(place.Pack));
                writer.Integer(place.Ordinal);
                writer.Integer(count);
                if (place.Span.IsKnown)
                {
                    writer.Integer(place.Span.Offset);
                    WriteStored(ref writer, chunks, first, raw ? 0 : count);
                }
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

    private static bool GoesOn(ChunkRef place, ChunkRef next) =>
        next.Pack == place.Pack && next.Ordinal == place.Ordinal + 1
        && (place.Span.IsKnown ? next.Span.IsKnown && next.Span.Offset == place.Span.End : !next.Span.IsKnown);

    private static void WriteStored(ref CanonicalWriter writer, IReadOnlyList<FileChunk> chunks, int first, int count)
    {
        if (count == 0)
        {
            return;
        }

        writer.Array(count);
        for (int i = first; i < first + count; i++)
        {
            writer.Array(2);
            writer.Integer(chunks[i].Place.Span.StoredLength);
            writer.Integer((int)chunks[i].Place.Span.Encoding);
        }
    }

    private static StoredSpan ReadSpan(ref CanonicalReader reader, long offset, int length, bool isRaw)
    {
        int stored = length;
        var encoding = ChunkEncoding.Raw;
        if (!isRaw)
        {
            reader.Array(2, "a stored length");
            stored = (int)reader.Integer(1, length);
            encoding = PlaceReader.ReadEncoding(ref reader, 0);
            StoredSpan.RequireLengths(ref reader, encoding, stored, length);
        }

        reader.Require(offset + stored <= PackFormat.MaxObjectLength, "a chunk beyond the end of any pack");
        return new StoredSpan((int)offset, stored, length, encoding, 0);
    }

    private static void DecodeExtents(ref CanonicalReader reader, FileChunk[] chunks)
    {
        reader.Array(2, "a placement");
        var packs = PlaceReader.Begin(ref reader);
        int next = 0;
        for (int left = reader.Array(4); left > 0; left--)
        {
            int fields = reader.Array(1);
            reader.Require(fields is >= 3 and <= 5, "an extent with other fields");
            PackId pack = packs.ReadPack(ref reader);
            int first = (int)reader.Integer(0, int.MaxValue);
            int count = (int)reader.Integer(1, chunks.Length - next);
            reader.Require(first <= int.MaxValue - count, "an extent beyond all ordinals");
            long offset = fields > 3 ? PlaceReader.ReadOffset(ref reader) : 0;
            if (fields == 5)
            {
                reader.Array(count, "stored lengths");
            }

            for (int i = 0; i < count; i++, next++)
            {
                var place = new ChunkRef(pack, first + i);
                if (fields > 3)
                {
                    place = place with { Span = ReadSpan(ref reader, offset, chunks[next].Length, isRaw: fields == 4) };
                    offset = place.Span.End;
                }

                chunks[next] = chunks[next] with { Place = place };
            }
        }

        reader.Require(next == chunks.Length, $"extents for {next} of {chunks.Length} chunks");
    }
}
