using Versioning.Canonical;
using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>
/// A leaf. Logical: [0, [[path, kind, size, SHA-256, nil | chunk list digest | link target] …]].
/// Placement: [[packs …], [nil | [pack index, ordinal] …]].
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
            var packs = new PackTable();
            foreach (ManifestEntry entry in entries)
            {
                if (entry.Place is { } place)
                {
                    packs.IndexOf(place.Pack);
                }
            }

            writer.Array(2);
            packs.Write(ref writer);
            writer.Array(entries.Count);
            foreach (ManifestEntry entry in entries)
            {
                if (entry.Place is { } place)
                {
                    writer.Array(2);
                    writer.Integer(packs.IndexOf(place.Pack));
                    writer.Integer(place.Ordinal);
                }
                else
                {
                    writer.Nil();
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
        PackId[] packs = PackTable.Read(ref reader);
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
                entries[i] = entries[i] with { Place = PackTable.ReadRef(ref reader, packs) };
            }
        }
    }
}
