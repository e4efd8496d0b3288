using System.Runtime.CompilerServices;
using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>Reads one manifest, node by node, each checked against its digest.</summary>
/// <param name="packs">Holds the nodes.</param>
/// <param name="digest">The root's digest.</param>
/// <param name="place">Where the root lies.</param>
/// <param name="seen">Told of the stored bytes of every node that is read.</param>
/// <param name="walks">Whether all nodes are gone through; otherwise single paths are looked for.</param>
internal sealed class ManifestReader(PackReader packs, Digest digest, ChunkRef place, Action<ReadOnlyMemory<byte>, ChunkRef>? seen = null, bool walks = true)
{
    /// <summary>The root as a child of nothing: neither its first path nor its sums are known.</summary>
    internal ManifestChild Root => new([], digest, 0, 0, place);

    internal async Task<ManifestNode> RootAsync(CancellationToken cancellationToken) =>
        await NodeAsync(digest, place, null, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads neighbouring nodes at once, as they are stored; null where they are not to be had.</summary>
    internal ValueTask<ReadAhead?> ReadAheadAsync(PackId pack, int start, int length, CancellationToken cancellationToken) =>
        packs.ReadAheadAsync(pack, start, length, cancellationToken);

    /// <summary>How much of neighbouring nodes is worth reading at once.</summary>
    internal ReadSize ReadSize => ReadSize.OfNodes(packs.Objects);

    /// <summary>Whether a node lies where its reference says.</summary>
    internal bool LiesAsItSays(ChunkRef at) => packs.LiesAsItSays(at);

    internal async Task<ManifestNode> NodeAsync(Digest node, ChunkRef at, int? level, CancellationToken cancellationToken, ReadAhead? ahead = null) =>
        await packs.ReadAsync(
            at,
            stored =>
            {
                seen?.Invoke(stored, at);
                return ManifestNode.Decode(stored, node, level);
            },
            cancellationToken,
            ahead,
            walks).ConfigureAwait(false);

    internal Task<ManifestNode> NodeAsync(ManifestSubtree subtree, CancellationToken cancellationToken, ReadAhead? ahead = null) =>
        ChildAsync(subtree.Child, subtree.Level == ManifestSubtree.UnknownLevel ? null : subtree.Level, cancellationToken, ahead);

    /// <summary>Reads a node and checks that it holds what its parent says.</summary>
    /// <param name="child">What the parent says.</param>
    /// <param name="level">The level that it must have; null for the root, of which nobody says anything.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <param name="ahead">Nodes that were read already, or null.</param>
    internal async Task<ManifestNode> ChildAsync(ManifestChild child, int? level, CancellationToken cancellationToken, ReadAhead? ahead = null)
    {
        ManifestNode node = await NodeAsync(child.Digest, child.Place, level, cancellationToken, ahead).ConfigureAwait(false);
        bool holds = level is null || (node.Files == child.Files && node.Bytes == child.Bytes && node.FirstPath.AsSpan().SequenceEqual(child.FirstPath));
        return holds ? node : throw new IntegrityException("node_damaged", $"Manifest node {child.Digest} does not hold the files that its parent says.", "Run 'vers verify' to see which versions are hit.");
    }

    /// <summary>Entries in the byte order of their paths. Reads only nodes that can hold such.</summary>
    /// <param name="wanted">Which; null for all.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    internal async IAsyncEnumerable<ManifestEntry> EntriesAsync(Globs? wanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool all = wanted?.AreLiteral != true;
        var walk = new ManifestWalk(all ? this : Lookup(), readsAll: all);
        while (walk.Next is { } next)
        {
            if (wanted?.MayMatch(next.Child.FirstPath, walk.Bound) == false)
            {
                walk.Take();
                continue;
            }

            if (next.Entries is null)
            {
                await walk.DescendAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            walk.Take();
            foreach (ManifestEntry entry in next.Entries)
            {
                if (wanted is null || wanted.IsMatch(entry.Name))
                {
                    yield return entry;
                }
            }
        }
    }

    /// <summary>The entry of one path, or null; reads one node per level.</summary>
    internal Task<ManifestEntry?> FindAsync(byte[] path, CancellationToken cancellationToken) => Lookup().DescendAsync(path, cancellationToken);

    private ManifestReader Lookup() => walks ? new ManifestReader(packs, digest, place, seen, walks: false) : this;

    private async Task<ManifestEntry?> DescendAsync(byte[] path, CancellationToken cancellationToken)
    {
        ManifestNode node = await RootAsync(cancellationToken).ConfigureAwait(false);
        while (node.Level > 0)
        {
            int index = Array.FindLastIndex(node.Children, c => c.FirstPath.AsSpan().SequenceCompareTo(path) <= 0);
            if (index < 0)
            {
                return null;
            }

            node = await ChildAsync(node.Children[index], node.Level - 1, cancellationToken).ConfigureAwait(false);
        }

        return Array.Find(node.Entries, e => e.Path.AsSpan().SequenceEqual(path));
    }
}
