using System.Runtime.CompilerServices;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>Walks a version beside a manifest of the target that is likely to have much in common, and starts reading what the target lacks.</summary>
/// <param name="source">Reads the version.</param>
/// <param name="chunks">Reads its chunks.</param>
/// <param name="basis">Reads the target's manifest, or null.</param>
/// <param name="reuse">What of that may be used.</param>
/// <param name="known">What the target holds already.</param>
internal sealed class CopyScan(PackReader source, ChunkSource chunks, ManifestReader? basis, ReusableParts reuse, KnownPacks known)
{
    private const int MaxMissing = 2 * 1024 * 1024, MaxParts = 4096;

    /// <summary>Parts in groups of bounded size; the reading of a group begins when it is given out.</summary>
    internal async IAsyncEnumerable<CopiedParts> GroupsAsync(ManifestWalk walk, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<CopiedPart> parts = [];
        var missing = new Dictionary<Digest, FileChunk>();
        long bytes = 0;
        await foreach (CopiedPart part in PartsAsync(walk, cancellationToken).ConfigureAwait(false))
        {
            ChunkRef? place = part.Chunk is { } chunk ? await known.FindAsync(chunk.Digest, cancellationToken).ConfigureAwait(false) : null;
            parts.Add(part with { Place = place });
            if (part.Chunk is { } needed && place is null && missing.TryAdd(needed.Digest, needed))
            {
                bytes += needed.Length;
            }

            if (bytes >= MaxMissing || parts.Count >= MaxParts)
            {
                yield return Start();
                (parts, missing, bytes) = ([], [], 0);
            }
        }

        yield return Start();

        CopiedParts Start()
        {
            FileChunk[] wanted = [.. missing.Values];
            return new CopiedParts(parts, Task.Run(() => chunks.ReadAsync(wanted, cancellationToken), cancellationToken));
        }
    }

    private async IAsyncEnumerable<CopiedPart> PartsAsync(ManifestWalk walk, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ManifestWalk? had = basis is null ? null : new ManifestWalk(basis);
        while (walk.Next is { } next)
        {
            if (next.Entries is null)
            {
                if (had is not null && await FindSameAsync(had, next, cancellationToken).ConfigureAwait(false) is { } same && await reuse.SubtreeAsync(same.Child, cancellationToken).ConfigureAwait(false))
                {
                    walk.Take();
                    yield return new CopiedPart(same, null, null, false);
                }
                else
                {
                    await walk.DescendAsync(cancellationToken).ConfigureAwait(false);
                }

                continue;
            }

            walk.Take();
            foreach (ManifestEntry entry in next.Entries)
            {
                await foreach (CopiedPart part in PartsAsync(entry, cancellationToken).ConfigureAwait(false))
                {
                    yield return part;
                }
            }
        }
    }

    private async IAsyncEnumerable<CopiedPart> PartsAsync(ManifestEntry entry, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        FileChunk? before = null;
        await foreach (PlacedChunk placed in ChunkListReader.ChunksAsync(source, entry, 0, cancellationToken).ConfigureAwait(false))
        {
            if (before is not null)
            {
                yield return new CopiedPart(null, entry, before, IsLast: false);
            }

            before = placed.Chunk;
        }

        yield return new CopiedPart(null, entry, before, IsLast: true);
    }

    /// <summary>The subtree of the basis with the same digest at the same place, or null; passes over all that is before.</summary>
    private static async ValueTask<ManifestSubtree?> FindSameAsync(ManifestWalk had, ManifestSubtree next, CancellationToken cancellationToken)
    {
        while (had.Next is { } other)
        {
            if (had.NextIsBefore(next.Child.FirstPath, atEnd: false))
            {
                had.Take();
            }
            else if (other.Entries is null && other.Child.Digest == next.Child.Digest)
            {
                return other;
            }
            else if (other.Entries is null && other.Level > next.Level)
            {
                await had.DescendAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                return null;
            }
        }

        return null;
    }
}
