using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>Asks a question of every chunk reference of a manifest: those of nodes, of chunk lists and of data.</summary>
internal static class ReferenceWalk
{
    internal static async Task<bool> AllAsync(PackReader packs, Digest digest, ChunkRef place, Func<ChunkRef, bool> holds, CancellationToken cancellationToken)
    {
        if (!holds(place))
        {
            return false;
        }

        ManifestNode node = await new ManifestReader(packs, digest, place).RootAsync(cancellationToken).ConfigureAwait(false);
        foreach (ManifestEntry entry in node.Entries)
        {
            if (!await AllAsync(packs, entry, holds, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        foreach (ManifestChild child in node.Children)
        {
            if (!await AllAsync(packs, child.Digest, child.Place, holds, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    internal static async Task<bool> AllAsync(PackReader packs, ManifestEntry entry, Func<ChunkRef, bool> holds, CancellationToken cancellationToken)
    {
        if (entry.Place is not { } place)
        {
            return true;
        }

        return holds(place) && (entry.ChunkList is not { } list || await ListAsync(packs, list, place, holds, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<bool> ListAsync(PackReader packs, Digest digest, ChunkRef place, Func<ChunkRef, bool> holds, CancellationToken cancellationToken)
    {
        ChunkListPage page = await packs.ReadAsync(place, stored => ChunkListPage.Decode(stored, digest), cancellationToken).ConfigureAwait(false);
        if (!Array.TrueForAll(page.Chunks, c => holds(c.Place)))
        {
            return false;
        }

        foreach (ChunkListChild child in page.Children)
        {
            if (!holds(child.Place) || !await ListAsync(packs, child.Digest, child.Place, holds, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }
}
