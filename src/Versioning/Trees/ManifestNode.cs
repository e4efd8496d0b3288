using Versioning.Canonical;

namespace Versioning.Trees;

/// <summary>A decoded node: a leaf (level 0) with entries, or an inner node with children.</summary>
internal sealed class ManifestNode
{
    internal const int MaxLevel = 32;

    private ManifestNode(int level, ManifestEntry[] entries, ManifestChild[] children)
    {
        Level = level;
        Entries = entries;
        Children = children;
    }

    internal int Level { get; }

    internal ManifestEntry[] Entries { get; }

    internal ManifestChild[] Children { get; }

    /// <summary>The first path below it; empty for an empty manifest.</summary>
    internal byte[] FirstPath => Level > 0 ? Children[0].FirstPath : Entries.Length > 0 ? Entries[0].Path : [];

    /// <summary>The last path that it names itself; those of its last child may go on behind it.</summary>
    internal byte[] LastPath => Level > 0 ? Children[^1].FirstPath : Entries.Length > 0 ? Entries[^1].Path : [];

    internal long Files => Level == 0 ? Entries.Length : Children.Sum(c => c.Files);

    internal long Bytes => Level == 0 ? Entries.Sum(e => e.Size) : Children.Sum(c => c.Bytes);

    /// <summary>Decodes stored bytes and checks that they are the node with that digest.</summary>
    internal static ManifestNode Decode(ReadOnlyMemory<byte> stored, Digest expected, int? level)
    {
        string what = $"Manifest node {expected}";
        var reader = new CanonicalReader(stored, what);
        reader.Array(2, "a node");
        int found = (int)reader.Integer(0, MaxLevel);
        reader.Require(level is null || level == found, $"a node of level {found} instead of {level}");
        ManifestEntry[] entries = found == 0 ? ManifestLeaf.DecodeEntries(ref reader) : [];
        ManifestChild[] children = found == 0 ? [] : ManifestInner.DecodeChildren(ref reader);
        if (DomainHash.TreeNode(stored.Span[..reader.Position]) != expected)
        {
            throw new IntegrityException("node_damaged", $"{what} is not what its digest says.", "Run 'vers verify' to see which versions are hit.");
        }

        if (found == 0)
        {
            ManifestLeaf.DecodePlaces(ref reader, entries);
        }
        else
        {
            Packs.ChunkRef[] places = ManifestInner.DecodePlaces(ref reader, children.Length);
            for (int i = 0; i < places.Length; i++)
            {
                children[i] = children[i] with { Place = places[i] };
            }
        }

        reader.End();
        return new ManifestNode(found, entries, children);
    }
}
