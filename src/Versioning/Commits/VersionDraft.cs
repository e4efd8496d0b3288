using Versioning.Cards;
using Versioning.Files;
using Versioning.Gates;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Signing;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>
/// A version on its way into a store: its files are brought there first, as often as what they refer to goes away, then
/// it is proposed for an entry, alone or with others.
/// </summary>
/// <param name="target">The store.</param>
/// <param name="artifact">The artifact.</param>
/// <param name="path">The folder or file.</param>
/// <param name="options">What of it is taken, and how.</param>
/// <param name="fileCaches">Where its file cache lies; null: in the machine's cache.</param>
internal sealed class VersionDraft(CommitTarget target, string artifact, string path, CommitOptions options, string? fileCaches = null)
{
    private readonly DraftContent _content = new(target, artifact, new ChunkIndex());
    private readonly Card? _card = Card.Of(options);
    private readonly VersionSigner _signer = new(target.Packs, target.Settings.Signer);
    private readonly string _fileCaches = fileCaches ?? target.Settings.CacheRoot;

    private PublishedVersion? _parent;

    internal string Artifact => artifact;

    /// <summary>The manifest, once it is in the store.</summary>
    internal ManifestRoot? Root => _content.Root;

    /// <summary>Bytes of the packs that were added to the store.</summary>
    internal long StoredBytes => _content.StoredBytes;

    /// <summary>Brings the files into the store, as far as it does not have them.</summary>
    internal Task IngestAsync(StoreState state, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        _parent = state.Find(artifact)?.Latest;
        return _content.MakeAsync(state, (known, session) => IngestAsync(state, known, session, progress, cancellationToken), cancellationToken);
    }

    /// <summary>Whether all that the files refer to is there in a state; otherwise they are to be brought again.</summary>
    internal async Task<bool> IsValidAsync(StoreState now, CancellationToken cancellationToken)
    {
        // A patch says what changes in the latest version: in another one it would undo someone's work.
        bool isOvertaken = options.Patch && now.Find(artifact)?.Latest != _parent;
        return !isOvertaken && await _content.IsValidAsync(now, cancellationToken).ConfigureAwait(false);
    }

    internal PublishOperation Publish(long number, VersionRecord record) => _content.Publish(number, record.Encode());

    /// <summary>Whether the latest version is what a record describes: then none is made.</summary>
    internal async Task<bool> IsSameAsync(PublishedVersion latest, VersionRecord record, CancellationToken cancellationToken)
    {
        if (latest.Content != record.Content || latest.Kind != record.Kind)
        {
            return false;
        }

        VersionRecord old = await target.Journal.ReadRecordAsync(artifact, latest, cancellationToken).ConfigureAwait(false);
        return old.Inputs.SequenceEqual(record.Inputs)
            && old.Parameters.SequenceEqual(record.Parameters)
            && old.Metrics.SequenceEqual(record.Metrics)
            && old.Metadata.SequenceEqual(record.Metadata);
    }

    /// <summary>Signs the version in the entry that publishes it; null where it is not to be signed.</summary>
    internal Task<SignOperation?> SignAsync(StoreState now, ArtifactPin pin, CancellationToken cancellationToken) =>
        _signer.SignAsync(now, pin, Root!.Value.Digest, Root.Value.Place, options.Sign, cancellationToken);

    /// <summary>Signs the version that is the same and was there already, where that was left out.</summary>
    internal Task<SignOperation?> SignAsync(StoreState now, PublishedVersion latest, CancellationToken cancellationToken) =>
        _signer.SignAsync(now, artifact, latest, options.Sign, cancellationToken);

    /// <summary>Refuses an alias whose policy the version does not meet.</summary>
    /// <param name="now">The state that it is for.</param>
    /// <param name="alias">The alias.</param>
    /// <param name="same">The version that is there already and says of itself what counts; null: it is a new one.</param>
    /// <param name="record">The record of a new one.</param>
    /// <param name="isSigned">Whether it is signed in the same entry.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal async Task CheckGateAsync(StoreState now, string alias, PublishedVersion? same, VersionRecord record, bool isSigned, CancellationToken cancellationToken)
    {
        GateSubject version = same is null ? new GateSubject(record, isSigned) : await Gate.ReadAsync(target.Journal, artifact, same, cancellationToken).ConfigureAwait(false);
        await Gate.CheckAsync(target.Journal, now, artifact, alias, version with { IsSigned = version.IsSigned || isSigned }, [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What was uploaded is published.</summary>
    internal void Published() => _content.Published();

    private SourceTree Open(PathFilter filter)
    {
        SourceTree files = SourceTree.Open(path, filter);
        return _card is null ? files : new CardTree(files, _card);
    }

    /// <summary>What this commit writes to while it reads: the store, where it is on a disk, and the machine's cache.</summary>
    private string[] Apart() =>
        [.. new[] { target.Objects.Location, Path.GetFullPath(target.Settings.CacheRoot) }.Where(Path.IsPathFullyQualified).Select(Path.TrimEndingDirectorySeparator)];

    private async Task<ManifestRoot> IngestAsync(StoreState state, KnownPacks known, PackSession session, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        // Never the own manifest of an earlier attempt: its nodes may be what was condemned. What is still valid of the own packs is found by its digest.
        ManifestReader? basis = _parent is not null ? new ManifestReader(target.Packs, _parent.Content, _parent.Root, known.AddNode) : null;
        var filter = new PathFilter(options.Include, options.Exclude, Apart());
        using SourceTree source = Open(filter);
        VersionStoreOptions settings = target.Settings;
        var ingest = new Ingest(source, target.Packs, basis, new ReusableParts(target.Packs, state), known, session, options, settings.Concurrency, settings.Time);
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (progress is null || options.Patch)
        {
            return await ingest.RunAsync(_fileCaches, root, progress, cancellationToken).ConfigureAwait(false);
        }

        var counted = new CountedProgress(progress, path, filter, settings.Time);
        await using (counted.ConfigureAwait(false))
        {
            return await ingest.RunAsync(_fileCaches, root, counted, cancellationToken).ConfigureAwait(false);
        }
    }
}
