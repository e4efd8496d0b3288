using Versioning.Journal;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>The manifest and the packs of a version on its way into a store, made again where what they refer to goes away.</summary>
/// <param name="target">The store.</param>
/// <param name="artifact">The artifact.</param>
/// <param name="index">The chunks that are known to be there.</param>
internal sealed class DraftContent(CommitTarget target, string artifact, ChunkIndex index)
{
    private readonly ReferenceCheck _references = new(target.Packs);

    private UploadLog? _uploads;
    private IReadOnlyList<PackId> _left = [];
    private PackSession? _session;
    private ChunkRef? _summary;

    /// <summary>The manifest, once it is in the store.</summary>
    internal ManifestRoot? Root { get; private set; }

    /// <summary>Bytes of the packs that were added to the store.</summary>
    internal long StoredBytes => _session?.StoredBytes ?? 0;

    private UploadLog Uploads => _uploads ??= new UploadLog(target.Settings.CacheRoot, target.StoreId(), artifact);

    /// <summary>Brings the content into the store, as far as it does not have it.</summary>
    /// <param name="state">What it is made on.</param>
    /// <param name="make">Puts what is not known to be there into packs, and gives the manifest.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task MakeAsync(StoreState state, Func<KnownPacks, PackSession, Task<ManifestRoot>> make, CancellationToken cancellationToken)
    {
        if (_session is null)
        {
            _left = Uploads.Read();
            _session = new PackSession(target.Packs, index, Uploads.Add);
        }

        var known = new KnownPacks(target.Packs, state, artifact, index, _left);
        Root = await make(known, _session).ConfigureAwait(false);
        _summary = await _session.FinishAsync(known.FindAsync, known.TakenUp, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether it was made, and all that it refers to is there in a state.</summary>
    internal async Task<bool> IsValidAsync(StoreState now, CancellationToken cancellationToken) =>
        Root is { } root && (_summary is not { } place || now.IsValid(place)) && await _references.IsValidAsync(now, root, cancellationToken).ConfigureAwait(false);

    internal PublishOperation Publish(long number, ReadOnlyMemory<byte> record) => new(artifact, number, record, Root!.Value.Place, _summary);

    /// <summary>What was uploaded is published.</summary>
    internal void Published() => Uploads.Clear();
}
