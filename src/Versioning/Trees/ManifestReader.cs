using System.Runtime.CompilerServices;
using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>Reads one manifest, node by node, each checked against its digest.</summary>
/// <param name="packs">Holds the nodes.</param>
/// <param name="digest">The root's digest.</param>
/// <param name="place">Where the root lies.</param>
/// <param name="seen">Told of the stored bytes of every node that is read.</param>
internal sealed class ManifestReader(PackReader packs, Digest digest, ChunkRef place, Action<ReadOnlyMemory<byte>, ChunkRef>? seen = null)
{
    /// <summary>The root as a child of nothing: neither its first path nor its sums are known.</summary>
    internal ManifestChild Root => new([], digest, 0, 0, place);

    internal async Task<ManifestNode> RootAsync(CancellationToken cancellationToken) =>
        await NodeAsync(digest, place, null, cancellationToken).ConfigureAwait(false);

    internal async Task<ManifestNode> NodeAsync(Digest node, ChunkRef at, int? level, CancellationToken cancellationToken) =>
        await packs.ReadAsync(
            at,
            stored =>
            {
                seen?.Invoke(stored, at);
                return ManifestNode.Decode(stored, node, level);
            },
            cancellationToken).ConfigureAwait(false);

    internal Task<ManifestNode> NodeAsync(ManifestSubtree subtree, CancellationToken cancellationToken) =>
        NodeAsync(subtree.Child.Digest, subtree.Child.Place, subtree.Level == ManifestSubtree.UnknownLevel ? null : subtree.Level, cancellationToken);

    /// <summary>All entries in the byte order of their paths.</summary>
    internal async IAsyncEnumerable<ManifestEntry> EntriesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var walk = new ManifestWalk(this);
        while (walk.Next is { } next)
        {
            if (next.Entries is null)
            {
                await walk.DescendAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            walk.Take();
            foreach (ManifestEntry entry in next.Entries)
            {
                yield return entry;
            }
        }
    }

    /// <summary>The entry of one path, or null; reads one node per level.</summary>
    internal async Task<ManifestEntry?> FindAsync(byte[] path, CancellationToken cancellationToken)
    {
        ManifestNode node = await RootAsync(cancellationToken).ConfigureAwait(false);
        while (node.Level > 0)
        {
            int index = Array.FindLastIndex(node.Children, c => c.FirstPath.AsSpan().SequenceCompareTo(path) <= 0);
            if (index < 0)
            {
                return null;
            }

            node = await NodeAsync(node.Children[index].Digest, node.Children[index].Place, node.Level - 1, cancellationToken).ConfigureAwait(false);
        }

        return Array.Find(node.Entries, e => e.Path.AsSpan().SequenceEqual(path));
    }
}
