using Versioning.Canonical;
using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>A child of an inner node: the first path below it, its digest, the sums of what is below it, where it lies.</summary>
internal readonly record struct ManifestChild(byte[] FirstPath, Digest Digest, long Files, long Bytes, ChunkRef Place);

/// <summary>An inner node. Logical: [level, [[first path, digest, files, bytes] …]]. Placement: [[packs …], [place …]].</summary>
internal static class ManifestInner
{
    internal static EncodedNode Encode(int level, IReadOnlyList<ManifestChild> children)
    {
        return EncodedNode.Create(Logical, Placement, DomainHash.TreeNode);

        void Logical(ref CanonicalWriter writer)
        {
            writer.Array(2);
            writer.Integer(level);
            writer.Array(children.Count);
            foreach (ManifestChild child in children)
            {
                writer.Array(4);
                writer.Text(child.FirstPath);
                writer.Digest(child.Digest);
                writer.Integer(child.Files);
                writer.Integer(child.Bytes);
            }
        }

        void Placement(ref CanonicalWriter writer) => WritePlaces(ref writer, [.. children.Select(c => c.Place)]);
    }

    internal static void WritePlaces(ref CanonicalWriter writer, IReadOnlyList<ChunkRef> places)
    {
        var written = new PlaceWriter();
        foreach (ChunkRef place in places)
        {
            written.IndexOf(place.Pack);
        }

        writer.Array(2);
        written.WritePacks(ref writer);
        writer.Array(places.Count);
        foreach (ChunkRef place in places)
        {
            written.WriteNode(ref writer, place);
        }
    }

    internal static ManifestChild[] DecodeChildren(ref CanonicalReader reader)
    {
        var children = new ManifestChild[reader.Array(38)];
        long files = 0, bytes = 0;
        for (int i = 0; i < children.Length; i++)
        {
            reader.Array(4, "a child");
            byte[] path = reader.Utf8(ManifestEntry.MaxPathLength).ToArray();
            reader.Require(i == 0 || children[i - 1].FirstPath.AsSpan().SequenceCompareTo(path) < 0, "unsorted or repeated paths");
            var child = new ManifestChild(path, reader.Digest(), reader.Integer(0, long.MaxValue - files), reader.Integer(0, long.MaxValue - bytes), default);
            files += child.Files;
            bytes += child.Bytes;
            children[i] = child;
        }

        reader.Require(children.Length > 0, "an inner node without children");
        return children;
    }

    internal static ChunkRef[] DecodePlaces(ref CanonicalReader reader, int count)
    {
        reader.Array(2, "a placement");
        var read = PlaceReader.Begin(ref reader);
        reader.Array(count, "places");
        var places = new ChunkRef[count];
        for (int i = 0; i < count; i++)
        {
            places[i] = read.ReadNode(ref reader);
        }

        return places;
    }
}
