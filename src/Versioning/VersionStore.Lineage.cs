using Versioning.Journal;
using Versioning.Lineages;
using Versioning.Trees;

namespace Versioning;

/// <content>Lineage: what versions come from, and what was made from them.</content>
public sealed partial class VersionStore
{
    /// <summary>
    /// What a version was made from and by which runs, or all that was made from it, transitively. A walk in memory; of
    /// what it reaches the records are read. A version that was retired has a lineage too.
    /// </summary>
    /// <param name="reference">The version or run.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="depth">After how many steps to end; null: where there is no more.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <exception cref="NotFoundException">The reference names no version.</exception>
    public async Task<Lineage> LineageAsync(ArtifactReference reference, LineageDirection direction = LineageDirection.Up, int? depth = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(depth ?? 0, nameof(depth));
        StoreState state = await _journal.FoldLinkedAsync(cancellationToken).ConfigureAwait(false);
        (string artifact, PublishedVersion version) = References.Resolve(state, reference, evenRetired: true);
        return await new LineageOperation(_journal, state, direction, _options.ReadsOf(_objects))
        {
            From = [new VersionKey(artifact, version.Number)],
            Depth = depth,
        }.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The versions that have a file, whatever it is called there, and all that was made from those, transitively. Looks
    /// through the manifests of all versions, retired ones too; parts that versions share are read once.
    /// </summary>
    /// <param name="sha256">The SHA-256 of the file's bytes.</param>
    /// <param name="artifact">Only versions of this artifact are looked through; null: those of all.</param>
    /// <param name="depth">After how many steps to end; null: where there is no more; 0: only versions that have the file.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <exception cref="NotFoundException">There is no such artifact.</exception>
    /// <exception cref="IntegrityException">A manifest is damaged, so that it can't be said which versions have the file.</exception>
    public async Task<Lineage> LineageOfFileAsync(Digest sha256, string? artifact = null, int? depth = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(depth ?? 0, nameof(depth));
        StoreState state = await _journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        var artifacts = state.Artifacts.Where(a => artifact is null || a.Key == artifact).ToList();
        if (artifacts.Count == 0 && artifact is not null)
        {
            throw References.NoArtifact(state, artifact);
        }

        int atOnce = _options.ReadsOf(_objects);
        var search = new VersionSearch((name, version, all) => new ManifestReader(PacksOf(name, version), version.Content, version.Root, walks: all), atOnce);
        await search.RunAsync(artifacts, sha256, cancellationToken).ConfigureAwait(false);
        if (search.Found.Count > 0)
        {
            state = await _journal.FoldLinkedAsync(cancellationToken).ConfigureAwait(false);
        }

        return await new LineageOperation(_journal, state, LineageDirection.Down, atOnce)
        {
            From = [.. search.Found.Keys.Order(Comparer<VersionKey>.Create(LineageOperation.Compare))],
            Depth = depth,
            Search = search,
        }.RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
