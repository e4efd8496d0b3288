using System.Runtime.CompilerServices;
using Versioning.Commits;
using Versioning.Diagnosing;
using Versioning.Fetching;
using Versioning.Files;
using Versioning.Journal;
using Versioning.Mirroring;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Trees;
using Versioning.Verifying;

namespace Versioning;

/// <summary>
/// A store of versioned datasets and models: commits folders and files as versions, and gives any exact version back,
/// verified byte by byte. Safe for use from many threads at once.
/// </summary>
public sealed partial class VersionStore : IAsyncDisposable, IDisposable
{
    /// <summary>In how many other versions the chunk list of a file that gives way is looked for.</summary>
    private const int MaxOldLists = 4;

    private readonly ObjectStore _objects;
    private readonly VersionStoreOptions _options;
    private readonly JournalLog _journal;
    private readonly PackReader _packs;
    private readonly MetadataCache? _kept;

    private StoreFormat? _format;

    private VersionStore(ObjectStore objects, StoreFormat? format, VersionStoreOptions options)
    {
        _objects = objects;
        _options = options;
        _format = format;
        _kept = objects.IsRemote && options.MetadataCacheBytes > 0
            ? new MetadataCache(options.CacheRoot, () => Volatile.Read(ref _format)?.IdText, options.MetadataCacheBytes)
            : null;
        _journal = new JournalLog(objects, options.Time, opening: EnsureOpenAsync, kept: _kept is null ? null : new KeptJournal(_kept, objects.Location) { IsAnother = NoteAnotherHistory }, trust: TrustOf(options));
        _packs = new PackReader(objects, reference => _journal.State.Resolve(reference), _journal.FoldAsync, kept: _kept is null ? null : new KeptPacks(_kept));
    }

    private CommitTarget Target => new(_objects, _journal, _packs, _options, () => Id);

    /// <summary>Where the store is; never holds a credential.</summary>
    public string Location => _objects.Location;

    /// <summary>The store's random id: 32 hexadecimal digits.</summary>
    /// <exception cref="InvalidOperationException">The store came out of a container and was not used yet.</exception>
    public string Id => Volatile.Read(ref _format)?.IdText
        ?? throw new InvalidOperationException($"{nameof(Id)} is known once the store is open: await {nameof(EnsureOpenAsync)} before.");

    /// <summary>Opens the store at a path or a <c>file:</c>, <c>s3:</c>, <c>azure:</c> or, to read only, <c>https:</c> URI.</summary>
    /// <exception cref="NotFoundException">There is no store.</exception>
    public static Task<VersionStore> OpenAsync(string location, VersionStoreOptions? options = null, CancellationToken cancellationToken = default) =>
        OpenAsync(StoreLocation.Open(location), options, cancellationToken);

    /// <summary>Opens the store that some objects make up.</summary>
    /// <exception cref="NotFoundException">There is no store.</exception>
    public static async Task<VersionStore> OpenAsync(ObjectStore objects, VersionStoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objects);
        return new VersionStore(objects, await ReadFormatAsync(objects, cancellationToken).ConfigureAwait(false), options ?? new VersionStoreOptions());
    }

    /// <summary>Makes a store at a path or a <c>file:</c>, <c>s3:</c> or <c>azure:</c> URI, or opens the one that is there.</summary>
    public static Task<VersionStore> CreateAsync(string location, VersionStoreOptions? options = null, CancellationToken cancellationToken = default) =>
        CreateAsync(StoreLocation.Open(location), options, cancellationToken);

    /// <summary>Makes a store of these objects, or opens the one that is there.</summary>
    public static async Task<VersionStore> CreateAsync(ObjectStore objects, VersionStoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objects);
        StoreFormat format = await StoreFormat.CreateAsync(objects, cancellationToken).ConfigureAwait(false);
        return new VersionStore(objects, format, options ?? new VersionStoreOptions());
    }

    /// <summary>
    /// Opens the store where that has not happened yet. A store that a container gave is opened by its first operation;
    /// this does it before, for instance when an application starts. May be called again, after a failure too.
    /// </summary>
    /// <exception cref="NotFoundException">There is no store.</exception>
    public async Task EnsureOpenAsync(CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _format) is null)
        {
            Volatile.Write(ref _format, await ReadFormatAsync(_objects, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Examines the place at a path or a <c>file:</c>, <c>s3:</c> or <c>azure:</c> URI.</summary>
    /// <inheritdoc cref="DiagnoseAsync(ObjectStore, VersionStoreOptions, CancellationToken)"/>
    public static async IAsyncEnumerable<Finding> DiagnoseAsync(string location, VersionStoreOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectStore objects = StoreLocation.Open(location);
        await using (objects.ConfigureAwait(false))
        {
            await foreach (Finding finding in DiagnoseAsync(objects, options, cancellationToken).ConfigureAwait(false))
            {
                yield return finding;
            }
        }
    }

    /// <summary>
    /// Tries everything that a store relies on, whether one is there yet or not: rights, create-if-absent, strongly
    /// consistent lists, exact ranges, the clock, throughput. Makes objects of its own under <c>doctor/</c> and deletes
    /// them again.
    /// </summary>
    /// <returns>What each check found, as it is found. Where the place can't be reached that is the only finding.</returns>
    public static IAsyncEnumerable<Finding> DiagnoseAsync(ObjectStore objects, VersionStoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objects);
        return new StoreExamination(objects, (options ?? new VersionStoreOptions()).Time).RunAsync(cancellationToken);
    }

    /// <summary>Publishes a folder or a file as a new version of an artifact.</summary>
    /// <param name="artifact">The artifact's name, such as <c>datasets/reviews</c>; made with its first version.</param>
    /// <param name="path">The folder, or the one file. A symbolic link here means what it points to.</param>
    /// <param name="options">What to record, and how.</param>
    /// <param name="progress">Told of the source's bytes and files.</param>
    /// <param name="cancellationToken">Ends the commit; the store stays as it was.</param>
    /// <exception cref="ConflictException">A condition of the options does not hold; nothing was published.</exception>
    public async Task<CommitResult> CommitAsync(string artifact, string path, CommitOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return await MeasureAsync("commit", async operation =>
        {
            operation.About(artifact);
            var commit = new CommitOperation(Target, artifact, options ?? new CommitOptions());
            (long number, bool unchanged, long stored) = await commit.RunAsync(path, progress, cancellationToken).ConfigureAwait(false);
            ArtifactState state = _journal.State.Find(artifact)!;
            ArtifactVersion version = await DescribeAsync(artifact, state, state.Find(number)!, cancellationToken).ConfigureAwait(false);
            operation.About(version.Pin);
            operation.Did(new OperationCount(version.FileCount, version.ByteCount, stored));
            return new CommitResult { Version = version, Unchanged = unchanged, StoredBytes = stored };
        }).ConfigureAwait(false);
    }

    /// <summary>Finds the version that a reference names now.</summary>
    /// <exception cref="NotFoundException">It names none.</exception>
    /// <exception cref="IntegrityException">A pin's digest is not that of its version.</exception>
    public async Task<ArtifactVersion> ResolveAsync(ArtifactReference reference, CancellationToken cancellationToken = default)
    {
        (string artifact, PublishedVersion version) = References.Resolve(await _journal.FoldAsync(cancellationToken).ConfigureAwait(false), reference);
        return await DescribeAsync(artifact, _journal.State.Find(artifact)!, version, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the files of a version into a folder, each verified before it gets its name.</summary>
    /// <exception cref="ConflictException">Something else is in the way; nothing was written.</exception>
    /// <exception cref="VersioningException">The folder's disk is full (<c>disk_full</c>) or can't be written to; what is there is whole, and the next try goes on.</exception>
    public async Task<FetchResult> FetchAsync(ArtifactReference reference, string target, FetchOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        return await MeasureAsync("fetch", async operation =>
        {
            (string artifact, PublishedVersion version) = await FindAsync(reference, cancellationToken).ConfigureAwait(false);
            ArtifactVersion described = await DescribeAsync(artifact, _journal.State.Find(artifact)!, version, cancellationToken).ConfigureAwait(false);
            operation.About(described.Pin);
            string root = Path.GetFullPath(target);
            using TargetFolder folder = TargetFolder.Open(root);
            PackReader packs = PacksOf(artifact, version);
            var fetch = new FetchOperation(
                packs,
                ReaderOf(packs, version).EntriesAsync,
                folder,
                root,
                options ?? new FetchOptions(),
                _options,
                oldLists: (path, sha256, token) => FindOldListAsync(artifact, version, path, sha256, token));
            long written = await fetch.RunAsync(progress, cancellationToken).ConfigureAwait(false);
            folder.RemoveAbandoned();
            operation.Did(new OperationCount(written, fetch.WrittenBytes));
            return new FetchResult(described, root, fetch.Files, fetch.Bytes, written);
        }).ConfigureAwait(false);
    }

    /// <summary>Opens one file of a version as a seekable read-only stream that reads and verifies only the chunks it touches.</summary>
    /// <exception cref="NotFoundException">The version has no such file.</exception>
    public async Task<Stream> OpenReadAsync(ArtifactReference reference, string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (string artifact, PublishedVersion version) = await FindAsync(reference, cancellationToken).ConfigureAwait(false);
        PackReader packs = PacksOf(artifact, version);
        ManifestEntry entry = await ReaderOf(packs, version).FindAsync(System.Text.Encoding.UTF8.GetBytes(path), cancellationToken).ConfigureAwait(false)
            ?? throw new NotFoundException("file_not_found", $"{artifact}@{version.Number} has no file '{path}'.", $"List its files with 'vers ls {artifact}@{version.Number}'.");
        return entry.LinkTarget is { } link ? new MemoryStream(link, writable: false) : new VersionFileStream(packs, entry);
    }

    /// <summary>Reads a range of one file, verified.</summary>
    /// <returns>How many bytes were read: less than the destination's length only at the end of the file.</returns>
    public async Task<int> ReadRangeAsync(ArtifactReference reference, string path, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        Stream stream = await OpenReadAsync(reference, path, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            stream.Position = offset;
            return await stream.ReadAtLeastAsync(destination, destination.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Streams the files that match a glob, verified, in about the order in which they lie in packs, without creating
    /// any file and with few of them in memory. Files of more than 1 GiB are an error: open those as streams.
    /// </summary>
    public async IAsyncEnumerable<FileContent> ReadFilesAsync(ArtifactReference reference, string glob = "**", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (string artifact, PublishedVersion version) = await FindAsync(reference, cancellationToken).ConfigureAwait(false);
        PackReader packs = PacksOf(artifact, version);
        using var streaming = new FileStreaming(packs, ReaderOf(packs, version), new Globs([glob]), _options.ReadsOf(_objects));
        await foreach (FileContent file in streaming.RunAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return file;
        }
    }

    /// <summary>The files of a version that match a glob, in the byte order of their paths.</summary>
    public async IAsyncEnumerable<FileEntry> ListFilesAsync(ArtifactReference reference, string glob = "**", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (string artifact, PublishedVersion version) = await SeeAsync(reference, cancellationToken).ConfigureAwait(false);
        await foreach (ManifestEntry entry in ReaderOf(PacksOf(artifact, version), version).EntriesAsync(new Globs([glob]), cancellationToken).ConfigureAwait(false))
        {
            yield return entry.ToFile();
        }
    }

    /// <summary>All artifacts by name; runs are listed by <see cref="ListRunsAsync"/>.</summary>
    public async IAsyncEnumerable<ArtifactSummary> ListArtifactsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        StoreState state = await _journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        foreach ((string name, ArtifactState artifact) in state.Artifacts)
        {
            if (artifact.Latest is { Kind: not ArtifactKind.Run } latest)
            {
                yield return new ArtifactSummary(name, latest.Kind, new ArtifactPin(name, latest.Number, latest.Digest), artifact.Versions.Count, artifact.Aliases, artifact.Tags)
                {
                    Policies = artifact.Policies.ToDictionary(policy => policy.Key, policy => (IReadOnlyList<string>)policy.Value, StringComparer.Ordinal),
                };
            }
        }
    }

    /// <summary>The versions of an artifact, newest first.</summary>
    /// <exception cref="NotFoundException">There is no such artifact.</exception>
    public async IAsyncEnumerable<ArtifactVersion> LogAsync(string artifact, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        StoreState state = await _journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        ArtifactState found = state.Find(artifact)
            ?? throw References.NoArtifact(state, artifact);
        for (int i = found.Versions.Count - 1; i >= 0; i--)
        {
            if (!found.Versions[i].Retired)
            {
                yield return await DescribeAsync(artifact, found, found.Versions[i], cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The paths in which two versions differ, in byte order; reads only what differs.</summary>
    public async IAsyncEnumerable<FileChange> DiffAsync(ArtifactReference before, ArtifactReference after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (string oldArtifact, PublishedVersion old) = await SeeAsync(before, cancellationToken).ConfigureAwait(false);
        (string nowArtifact, PublishedVersion now) = await SeeAsync(after, cancellationToken).ConfigureAwait(false);
        var left = new ManifestCursor(ReaderOf(PacksOf(oldArtifact, old), old));
        var right = new ManifestCursor(ReaderOf(PacksOf(nowArtifact, now), now));
        await foreach (FileChange change in ManifestDiff.CompareAsync(left, right, cancellationToken).ConfigureAwait(false))
        {
            yield return change;
        }
    }

    /// <summary>Checks every byte of the store, or of what one version needs; goes on after a damage.</summary>
    public async Task<VerifyReport> VerifyAsync(VerifyOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        // A damaged format is no damage of the journal, which a verification would go on after.
        await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);

        // Nothing is believed that this machine kept.
        using JournalLog? fresh = _kept is null ? null : new JournalLog(_objects, _options.Time, trust: TrustOf(_options));
        return await MeasureAsync("verify", async operation =>
        {
            if (options?.Reference is { } reference)
            {
                operation.About(reference.ToString());
            }

            using var verify = new VerifyOperation(_objects, fresh ?? _journal, _options.ReadsOf(_objects), options ?? new VerifyOptions(), progress);
            VerifyReport report = await verify.RunAsync(cancellationToken).ConfigureAwait(false);
            operation.Did(new OperationCount(Bytes: report.Bytes, Damages: report.Damages.Count));
            if (!report.IsSound)
            {
                Log.Damages(_options.Logger, operation.Subject, report.Damages.Count);
            }

            return report;
        }).ConfigureAwait(false);
    }

    /// <summary>Makes the place at a path or a <c>file:</c>, <c>s3:</c> or <c>azure:</c> URI an exact replica of this store, or brings it up to date.</summary>
    /// <exception cref="ConflictException">It is another store, or a replica that was written to.</exception>
    public async Task<MirrorResult> MirrorAsync(string location, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ObjectStore target = StoreLocation.Open(location);
        await using (target.ConfigureAwait(false))
        {
            return await MirrorAsync(target, progress, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Makes other objects an exact replica of this store, journal and all, or brings it up to date: only what is
    /// missing is copied, and an interrupted run goes on. Whoever reads the replica meanwhile sees an earlier state of
    /// this store, whole. A replica is for reading: one that was written to is refused from then on.
    /// </summary>
    /// <param name="target">An empty place, or a replica of this store; stays the caller's.</param>
    /// <param name="progress">Told of bytes and objects that were copied.</param>
    /// <param name="cancellationToken">Ends the run; readers of the replica see what they saw before, or more.</param>
    /// <exception cref="ConflictException">The target is another store, or its journal differs; nothing was written.</exception>
    /// <exception cref="IntegrityException">An object of this store is damaged or missing; it was not copied.</exception>
    public async Task<MirrorResult> MirrorAsync(ObjectStore target, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var replica = new JournalLog(target, _options.Time);
        return await MeasureAsync("mirror", async operation =>
        {
            var mirror = new MirrorOperation(_objects, _journal, _packs, target, replica, Math.Max(_options.ReadsOf(_objects), _options.ReadsOf(target)));
            MirrorResult result = await mirror.RunAsync(progress, cancellationToken).ConfigureAwait(false);
            operation.Did(new OperationCount(Bytes: result.Bytes, Uploaded: result.Bytes));
            return result;
        }).ConfigureAwait(false);
    }

    /// <summary>
    /// Copies versions with all that they need into another store, which has a life of its own: digests stay, numbers
    /// are that store's, and only chunks that it lacks are moved, each verified. Each version is published by one entry,
    /// with its tags, after those that it was made from; an interrupted copy goes on.
    /// </summary>
    /// <param name="references">The versions.</param>
    /// <param name="target">Where they go.</param>
    /// <param name="options">What is copied with them.</param>
    /// <param name="progress">Told of bytes and files of the versions, those too that need not be moved.</param>
    /// <param name="cancellationToken">Ends the copy between or within versions; those that were copied stay.</param>
    /// <returns>What they are called there, in the order in which they were copied.</returns>
    /// <exception cref="NotFoundException">A reference names no version, or an input is not here; nothing was copied.</exception>
    public async Task<IReadOnlyList<CopiedVersion>> CopyAsync(IEnumerable<ArtifactReference> references, VersionStore target, CopyOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(references);
        ArgumentNullException.ThrowIfNull(target);
        var from = new CopySource(Location, _journal, _packs);
        return await MeasureAsync("copy", async operation =>
        {
            IReadOnlyList<CopiedVersion> copied = await new CopyOperation(from, target.Target, options ?? new CopyOptions(), progress).RunAsync(references, cancellationToken).ConfigureAwait(false);
            long bytes = copied.Sum(version => version.StoredBytes);
            operation.Did(new OperationCount(Bytes: bytes, Uploaded: bytes));
            return copied;
        }).ConfigureAwait(false);
    }

    /// <summary>Gives a version a tag, which never moves.</summary>
    /// <returns>True: set now. False: the tag already names that very version.</returns>
    /// <exception cref="ConflictException">The tag names another version, or is the name of an alias.</exception>
    public async Task<bool> TagAsync(ArtifactReference reference, string tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tag);
        References.CheckLabel(tag, "tag");
        AppendedEntry? entry = await _journal.AppendAsync(Authors.Of(_options), state => Task.FromResult(NameOperations.Tag(state, reference, tag)), cancellationToken).ConfigureAwait(false);
        return entry is not null;
    }

    /// <summary>Moves an alias.</summary>
    /// <param name="artifact">The artifact.</param>
    /// <param name="alias">The alias; made where it does not exist.</param>
    /// <param name="target">The version; <c>7</c>, <c>1.4.0</c> or <c>@7</c> are taken within the artifact.</param>
    /// <param name="expected">The version that the alias must name now, as for <paramref name="target"/>; empty: it must not exist; null: no condition.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>False where the alias is not where it was expected: the race was lost and nothing moved.</returns>
    /// <exception cref="ConflictException">The version does not meet the policy of the alias; nothing moved.</exception>
    public async Task<bool> MoveAliasAsync(string artifact, string alias, ArtifactReference target, string? expected = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        ArgumentNullException.ThrowIfNull(alias);
        References.CheckArtifactName(artifact);
        References.CheckLabel(alias, "alias");
        bool lost = false;
        await _journal.AppendAsync(
            Authors.Of(_options),
            async state =>
            {
                lost = !NameOperations.IsExpected(state, artifact, alias, expected);
                return lost ? null : await GatedAsync(state, NameOperations.Move(state, artifact, alias, target), cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        return !lost;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync().ConfigureAwait(false);
        _packs.Dispose();
        _journal.Dispose();
        await _objects.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>For containers that can't await; whoever can, does.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>A store that reads nothing before its first operation.</summary>
    internal static VersionStore Connect(ObjectStore objects, VersionStoreOptions options) => new(objects, null, options);

    private Task<T> MeasureAsync<T>(string operation, Func<MeasuredOperation, Task<T>> run) => MeasuredOperation.RunAsync(operation, Location, _options, run);

    private static async Task<StoreFormat> ReadFormatAsync(ObjectStore objects, CancellationToken cancellationToken) =>
        await StoreFormat.ReadAsync(objects, cancellationToken).ConfigureAwait(false)
            ?? throw new NotFoundException("store_not_found", $"There is no store at {objects.Location}.", $"Make one with: vers init {objects.Location}");

    /// <summary>A reader on behalf of a version: where that was retired meanwhile, its chunks need not be there.</summary>
    private PackReader PacksOf(string artifact, PublishedVersion version) =>
        _packs.For(() => _journal.State.Find(artifact)?.Live(version.Number) is null ? References.Retired(artifact, version.Number) : null);

    private static JournalTrust TrustOf(VersionStoreOptions options) => new(options.Signer, options.TrustedKeys);

    private static ManifestReader ReaderOf(PackReader packs, PublishedVersion version) => new(packs, version.Content, version.Root);

    /// <summary>The chunk list of a path in one of the newest other versions that has it with that content.</summary>
    private async ValueTask<IAsyncEnumerable<PlacedChunk>?> FindOldListAsync(string artifact, PublishedVersion version, byte[] path, Digest sha256, CancellationToken cancellationToken)
    {
        foreach (PublishedVersion other in _journal.State.Find(artifact)?.Versions.Reverse().Where(v => !v.Retired && v.Number != version.Number).Take(MaxOldLists) ?? [])
        {
            PackReader packs = PacksOf(artifact, other);
            try
            {
                if (await ReaderOf(packs, other).FindAsync(path, cancellationToken).ConfigureAwait(false) is { ChunkList: not null } entry && entry.Sha256 == sha256)
                {
                    return ChunkListReader.ChunksAsync(packs, entry, 0, cancellationToken);
                }
            }
            catch (VersioningException e) when (e is not StoreUnavailableException)
            {
                // It can't be read; another one may have the same file.
            }
        }

        return null;
    }

    /// <summary>What reads a version's manifest and chunks.</summary>
    internal async Task<(PackReader Packs, ManifestReader Manifest)> ReadersAsync(ArtifactReference reference, CancellationToken cancellationToken)
    {
        (string artifact, PublishedVersion version) = await FindAsync(reference, cancellationToken).ConfigureAwait(false);
        PackReader packs = PacksOf(artifact, version);
        return (packs, ReaderOf(packs, version));
    }

    private async Task<ArtifactVersion> DescribeAsync(string artifact, ArtifactState state, PublishedVersion version, CancellationToken cancellationToken)
    {
        (VersionRecord record, ArtifactPin? madeBy) = await _journal.ReadMadeAsync(artifact, version, cancellationToken).ConfigureAwait(false);
        return VersionDescription.Create(artifact, state, version, record, madeBy, _journal.State.Trust);
    }
}
