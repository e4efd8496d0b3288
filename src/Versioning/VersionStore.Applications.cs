using System.Collections.Concurrent;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Workspaces;

namespace Versioning;

/// <content>What applications need that use versions while they run.</content>
public sealed partial class VersionStore
{
    private readonly ConcurrentDictionary<VersionWatch, byte> _watches = new();
    private readonly CancellationTokenSource _ends = new();

    /// <summary>What is being watched in this store just now.</summary>
    public IReadOnlyCollection<VersionWatch> Watches => [.. _watches.Keys];

    /// <summary>
    /// The store at a path or URI, opened by its first operation that needs it, so that what this machine has already is to
    /// be had without it.
    /// </summary>
    public static VersionStore Connect(string location, VersionStoreOptions? options = null) =>
        Connect(StoreLocation.Open(location), options ?? new VersionStoreOptions());

    /// <summary>
    /// Brings a pinned version into this machine's cache, verified, where it is not there yet. Neither the store nor the
    /// network is asked for what is. Every process on the machine shares the files.
    /// </summary>
    /// <param name="pin">The pin.</param>
    /// <param name="include">Globs of the paths that are wanted; empty: all. Default: those of the pin, what <c>vers restore</c> brings.</param>
    /// <param name="progress">Told of bytes and files.</param>
    /// <param name="cancellationToken">Ends it; what came so far is used by the next try.</param>
    /// <returns>The folder; it stays until this is disposed.</returns>
    public Task<LocalVersion> FetchAsync(PinnedVersion pin, IReadOnlyList<string>? include = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pin);
        return new LocalVersions(this, _options).OpenAsync(pin, include ?? pin.Include, progress, cancellationToken);
    }

    /// <inheritdoc cref="FetchAsync(PinnedVersion, IReadOnlyList{string}?, IProgress{TransferProgress}?, CancellationToken)"/>
    /// <param name="reference">The version; what it names now.</param>
    /// <param name="include">Globs of the paths that are wanted. Default: all.</param>
    /// <param name="progress">Told of bytes and files.</param>
    /// <param name="cancellationToken">Ends it; what came so far is used by the next try.</param>
    public async Task<LocalVersion> FetchAsync(ArtifactReference reference, IReadOnlyList<string>? include = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        (string artifact, PublishedVersion version) = await FindAsync(reference, cancellationToken).ConfigureAwait(false);
        var pin = new ArtifactPin(artifact, version.Number, version.Digest);
        return await FetchAsync(new PinnedVersion(artifact, reference, pin, version.Content, 0, 0), include, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Opens the version that was live last on this machine for a watched reference, without asking the store: what a
    /// process serves that starts while the store can't be reached.
    /// </summary>
    /// <param name="reference">What is watched.</param>
    /// <param name="include">Globs of the paths that are wanted. Default: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its folder, until it is disposed; null: none was reported by <see cref="VersionWatch.ReportLive"/>, or its files have gone from the cache.</returns>
    /// <exception cref="VersioningException">It is not a reference.</exception>
    public async Task<LocalVersion?> FetchLastLiveAsync(ArtifactReference reference, IReadOnlyList<string>? include = null, CancellationToken cancellationToken = default)
    {
        References.Check(reference);
        if (LiveNoteOf(reference).Read() is not { } last)
        {
            return null;
        }

        try
        {
            return await FetchAsync(last, include, progress: null, cancellationToken).ConfigureAwait(false);
        }
        catch (VersioningException)
        {
            // Part of it has gone, and the store is asked for that in vain.
            return null;
        }
    }

    /// <summary>
    /// Watches what a reference such as <c>models/churn@production</c> names. Nothing is done before it is enumerated or
    /// asked for a change token.
    /// </summary>
    /// <exception cref="VersioningException">It is not a reference.</exception>
    public VersionWatch Watch(ArtifactReference reference, WatchOptions? options = null)
    {
        References.Check(reference);
        options ??= new WatchOptions();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Interval, TimeSpan.Zero, nameof(options));
        return new VersionWatch(this, reference, options, _ends.Token);
    }

    /// <summary>The files of a version for whatever takes an <c>IFileProvider</c>, read and verified as they are wanted.</summary>
    public async Task<VersionFileProvider> OpenFilesAsync(ArtifactReference reference, CancellationToken cancellationToken = default)
    {
        (string artifact, PublishedVersion version) = await FindAsync(reference, cancellationToken).ConfigureAwait(false);
        ArtifactVersion described = await DescribeAsync(artifact, _journal.State.Find(artifact)!, version, cancellationToken).ConfigureAwait(false);
        PackReader packs = PacksOf(artifact, version);
        return await VersionFileProvider.OfAsync(packs, ReaderOf(packs, version), described.Created, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the store for news: costs one small request where there are none.</summary>
    /// <returns>The position of the newest journal entry; 0: there is none yet.</returns>
    public async Task<long> ReadPositionAsync(CancellationToken cancellationToken = default) =>
        (await _journal.FoldAsync(cancellationToken).ConfigureAwait(false)).Sequence;

    internal VersionStoreOptions Settings => _options;

    internal LiveNote LiveNoteOf(ArtifactReference reference) => new(_options.CacheRoot, Location, reference);

    internal Task<LocalVersion> FetchAsync(ArtifactVersion version, IReadOnlyList<string> include, IProgress<TransferProgress>? progress, CancellationToken cancellationToken) =>
        FetchAsync(new PinnedVersion(version.Artifact, version, version.Pin, version.Content, version.FileCount, version.ByteCount), include, progress, cancellationToken);

    /// <summary>The store's state by its newest journal entry.</summary>
    internal Task<StoreState> FoldAsync(CancellationToken cancellationToken) => _journal.FoldAsync(cancellationToken);

    /// <summary>The version that a reference names now; null: still the same.</summary>
    internal async Task<ArtifactVersion?> LookAsync(ArtifactReference reference, ArtifactPin? same, CancellationToken cancellationToken)
    {
        (string artifact, PublishedVersion version) = Readable(await _journal.FoldAsync(cancellationToken).ConfigureAwait(false), reference);
        return same == new ArtifactPin(artifact, version.Number, version.Digest)
            ? null
            : await DescribeAsync(artifact, _journal.State.Find(artifact)!, version, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A watch began or ended.</summary>
    internal void Note(VersionWatch watch, bool isRunning)
    {
        if (isRunning)
        {
            _watches[watch] = 0;
        }
        else
        {
            _watches.TryRemove(watch, out _);
        }
    }
}
