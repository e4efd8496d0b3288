using Versioning.Files;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>What a scan works with: readers, and what tells whether a file needs reading at all.</summary>
internal sealed class ScanTools(PackReader packs, KnownPacks known, PieceEncoder encoder, ReusableParts reuse, SlabPool slabs, Workers workers, Func<long> now)
{
    private static readonly Digest EmptySha256 = Digest.Of([]);

    internal ReusableParts Reuse => reuse;

    internal SlabPool Slabs => slabs;

    internal Workers Workers => workers;

    internal SmallFileReader Small { get; } = new(encoder, reuse, now);

    internal LargeFileReader Large(SourceFile file, SlabPool buffers) => new(file, encoder, buffers, workers, now);

    /// <summary>Has to be called before anything is read.</summary>
    internal ValueTask PrepareAsync(CancellationToken cancellationToken) => known.LoadDataAsync(cancellationToken);

    /// <summary>The entry of a file whose hash is known without reading it, or null where its chunks are not.</summary>
    internal async ValueTask<ManifestEntry?> FromCacheAsync(SourceFile file, ManifestEntry? old, Digest sha, CancellationToken cancellationToken)
    {
        if (file.Stamp.Size == 0)
        {
            return new ManifestEntry(file.Path, file.Kind, 0, EmptySha256, null, null, null);
        }

        if (await reuse.FileAsync(old, file.Stamp.Size, sha, cancellationToken).ConfigureAwait(false))
        {
            return old! with { Kind = file.Kind };
        }

        // Moved or copied: a file of one chunk is found by its own hash.
        if (file.Stamp.Size > Chunking.Chunker.MaxLength)
        {
            return null;
        }

        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        return await known.FindAsync(sha, cancellationToken).ConfigureAwait(false) is { } place
            ? new ManifestEntry(file.Path, file.Kind, file.Stamp.Size, sha, null, null, place)
            : null;
    }

    /// <summary>Reads a file whose stamp says that it did not change, and compares; null where it did, after all.</summary>
    internal async ValueTask<FileIdentity?> IsStillAsync(SourceFile file, ManifestEntry old, CancellationToken cancellationToken)
    {
        bool usable = await reuse.FileAsync(old, file.Stamp.Size, old.Sha256, cancellationToken).ConfigureAwait(false);
        return usable ? await new LargeFileCheck(packs, slabs, workers, now).IsStillAsync(file, old, cancellationToken).ConfigureAwait(false) : null;
    }
}
