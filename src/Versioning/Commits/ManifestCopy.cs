using Versioning.Compression;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>
/// Builds the manifest of a version once more in another store: the same logical bytes, other places. A scan reads
/// ahead, an assembly follows in order; memory is bounded, whatever the version holds.
/// </summary>
internal sealed class ManifestCopy(PackReader source, CopyScan scan, ManifestReader? basis, KnownPacks known, PackSession session, Action<long, long> report)
{
    private const int MaxAhead = 4;

    /// <exception cref="IntegrityException">The version is damaged.</exception>
    internal async Task<ManifestRoot> RunAsync(Digest content, ChunkRef place, CancellationToken cancellationToken)
    {
        using var compressor = new ChunkCompressor();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var assembly = new CopyAssembly(known, session, basis, compressor, report);
        var ahead = new Queue<CopiedParts>();
        try
        {
            var walk = new ManifestWalk(new ManifestReader(source, content, place), readsAll: true);
            await foreach (CopiedParts parts in scan.GroupsAsync(walk, failed.Token).ConfigureAwait(false))
            {
                ahead.Enqueue(parts);
                if (ahead.Count > MaxAhead)
                {
                    await assembly.AddAsync(ahead.Dequeue(), failed.Token).ConfigureAwait(false);
                }
            }

            while (ahead.TryDequeue(out CopiedParts? parts))
            {
                await assembly.AddAsync(parts, failed.Token).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            await failed.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(ahead.Select(parts => parts.Reading)).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
            await session.SettleAsync().ConfigureAwait(false);
            throw;
        }

        ManifestRoot root = await assembly.FinishAsync(cancellationToken).ConfigureAwait(false);
        return root.Digest == content ? root : throw CopyAssembly.NotCanonical($"Manifest {content}");
    }
}
