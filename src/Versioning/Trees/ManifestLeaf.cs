using Versioning.Canonical;
using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>
/// A leaf. Logical: [0, [[path, kind, size, SHA-256, nil | chunk list digest | link target] …]].
/// Placement: [[packs …], [nil | place …]], of the only chunk or of the root of the chunk list.
/// </summary>
internal static class ManifestLeaf
{
    internal static EncodedNode Encode(IReadOnlyList<ManifestEntry> entries)
    {
        return EncodedNode.Create(Logical, Placement, DomainHash.TreeNode);

        void Logical(ref CanonicalWriter writer)
        {
            writer.Array(2);
            writer.Integer(0);
            writer.Array(entries.Count);
            foreach (ManifestEntry entry in entries)
            {
                writer.Array(5);
                writer.Text(entry.Path);
                writer.Integer((int)entry.Kind);
                writer.Integer(entry.Size);
                writer.Digest(entry.Sha256);
                if (entry.LinkTarget is { } target)
                {
                    writer.Text(target);
                }
                else if (entry.ChunkList is { } list)
                {
                    writer.Digest(list);
                }
                else
                {
                    writer.Nil();
                }
            }
        }

        void Placement(ref CanonicalWriter writer)
        {
            var places = new PlaceWriter();
            foreach (ManifestEntry entry in entries)
            {
                if (entry.Place is { } place)
                {
                    places.IndexOf(place.Pack);
                }
            }

            writer.Array(2);
            places.WritePacks(ref writer);
            writer.Array(entries.Count);
            foreach (ManifestEntry entry in entries)
            {
                if (entry.Place is not { } place)
                {
                    writer.Nil();
                }
                else if (entry.ChunkList is null)
                {
                    places.WriteFile(ref writer, place);
                }
                else
                {
                    places.WriteNode(ref writer, place);
                }
            }
        }
    }

    /// <summary>The entries after the node's two outer headers; the caller has read the level.</summary>
    internal static ManifestEntry[] DecodeEntries(ref CanonicalReader reader)
    {
        var entries = new ManifestEntry[reader.Array(40)];
        long bytes = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            reader.Array(5, "a file");
            byte[] path = reader.Utf8(ManifestEntry.MaxPathLength).ToArray();
            reader.Require(path.Length > 0 && (i == 0 || entries[i - 1].Path.AsSpan().SequenceCompareTo(path) < 0), "unsorted or repeated paths");
            var kind = (FileKind)reader.Integer(0, 2);
            long size = reader.Integer(0, long.MaxValue - bytes);
            bytes += size;
            Digest sha = reader.Digest();
            byte[]? target = reader.IsText ? reader.Utf8(ManifestEntry.MaxPathLength).ToArray() : null;
            Digest? list = target is null && !reader.TryNil() ? reader.Digest() : null;
            reader.Require(target is not null == (kind == FileKind.Link), "a link without a target, or a target without a link");
            reader.Require(target is null || (target.Length == size && Digest.Of(target) == sha), "a link target that is not what its digest says");
            entries[i] = new ManifestEntry(path, kind, size, sha, list, target, null);
        }

        return entries;
    }

    internal static void DecodePlaces(ref CanonicalReader reader, ManifestEntry[] entries)
    {
        reader.Array(2, "a placement");
        var places = PlaceReader.Begin(ref reader);
        reader.Array(entries.Length, "places");
        for (int i = 0; i < entries.Length; i++)
        {
            bool hasContent = entries[i].Kind != FileKind.Link && entries[i].Size > 0;
            if (reader.TryNil())
            {
                reader.Require(!hasContent, "a file without a place");
            }
            else
            {
                reader.Require(hasContent, "a place without content");
                entries[i] = entries[i] with
                {
                    Place = entries[i].ChunkList is null ? places.ReadFile(ref reader, entries[i].Size) : places.ReadNode(ref reader),
                };
            }
        }
    }
}
