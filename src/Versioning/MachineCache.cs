using Versioning.Commits;
using Versioning.Files;
using Versioning.Runs;
using Versioning.Workspaces;

namespace Versioning;

/// <summary>
/// The folder in which this machine keeps what it can have again: files and metadata of stores, digests of files that
/// it hashed. Every process may use it meanwhile. Thread safe.
/// </summary>
public sealed class MachineCache
{
    private static readonly CacheFolder Content = new(ContentCache.FolderName, MayGo: true, ContentFiles.Used, ContentFiles.IsInUse);

    // What tells of uploads, of restored and live versions, and what open runs have logged, can't be had again.
    private static readonly CacheFolder[] BeforeVersions = [Content, new(MetadataCache.FolderName, MayGo: true), new(FileCache.FolderName, MayGo: true), new(EntryList.FolderName, MayGo: true)];
    private static readonly CacheFolder[] AfterVersions = [new(UploadLog.FolderName, MayGo: false), new(RestoredLock.FolderName, MayGo: false), new(LiveNote.FolderName, MayGo: false), new(RunFolder.FolderName, MayGo: false)];

    /// <summary>Names a cache; nothing is made.</summary>
    /// <param name="folder">Its folder. Default: <c>VERSIONING_CACHE</c>, else <c>versioning</c> under the user's cache folder.</param>
    public MachineCache(string? folder = null) => Folder = folder is null ? CacheDirectory.Default() : Path.GetFullPath(folder);

    /// <summary>The full path of its folder.</summary>
    public string Folder { get; }

    /// <summary>Counts what each part holds.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<IReadOnlyList<CachePart>> ShowAsync(CancellationToken cancellationToken = default) =>
        Task.Run(async () => (await LookAsync(cancellationToken).ConfigureAwait(false)).Parts, cancellationToken);

    /// <summary>
    /// Removes what was not used for longest, and what killed processes left. What another folder has by a hard link stays,
    /// and so does a version that a process has open.
    /// </summary>
    /// <param name="maxBytes">How much may stay, in bytes of what is not in use, about; 0: nothing. Default: what the cache may hold at any time, by the defaults of <see cref="VersionStoreOptions"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What each part holds now, and what was removed from it.</returns>
    public Task<IReadOnlyList<CachePart>> PruneAsync(long? maxBytes = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes ?? 0, nameof(maxBytes));
        return Task.Run(() => PruneAsync(maxBytes ?? DefaultBytes(), cancellationToken), cancellationToken);
    }

    /// <summary>Hashes every file of the content and of whole versions, and removes what is not what it was written as.</summary>
    /// <param name="progress">Told of their files and bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The content and the versions alone: what they hold now, and what was removed from them.</returns>
    public Task<IReadOnlyList<CachePart>> VerifyAsync(IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => VerifyAllAsync(progress, cancellationToken), cancellationToken);

    private long DefaultBytes()
    {
        var options = new VersionStoreOptions();
        using var content = new ContentCache(Folder, options.ContentCacheBytes);
        return content.MostBytes + options.MetadataCacheBytes;
    }

    private async Task<Seen> LookAsync(CancellationToken cancellationToken)
    {
        var trees = new TreePart(Folder);
        await trees.LookAsync(cancellationToken).ConfigureAwait(false);
        (CachePart Part, IReadOnlyList<CacheFile> Free)[] before = [.. BeforeVersions.Select(folder => folder.Look(Folder, cancellationToken))];
        IEnumerable<CachePart> after = AfterVersions.Select(folder => folder.Look(Folder, cancellationToken).Part);
        return new Seen([trees.Release(before[0].Part), .. before[1..].Select(part => part.Part), trees.Part, .. after], [.. before.SelectMany(part => part.Free)], trees);
    }

    private async Task<IReadOnlyList<CachePart>> PruneAsync(long maxBytes, CancellationToken cancellationToken)
    {
        CacheFolder.RemoveAbandoned(Path.Join(Folder, ContentCache.FolderName));
        TreePart.RemoveGone(Folder);
        Seen seen = await LookAsync(cancellationToken).ConfigureAwait(false);
        Candidate[] candidates =
        [
            .. seen.Free.Select(file => new Candidate(file.Used, file.Taken, Tree: null, file)),
            .. seen.Trees.Free().Select(free => new Candidate(free.Tree.Used, free.Taken, free.Tree, default)),
        ];
        var removed = new List<CacheFile>();
        long over = candidates.Sum(c => c.Bytes) - maxBytes, versions = 0;
        foreach (Candidate oldest in candidates.OrderBy(c => c.Used).TakeWhile(_ => over > 0))
        {
            IReadOnlyList<CacheFile>? went = oldest.Tree is { } tree
                ? await seen.Trees.RemoveAsync(tree, cancellationToken).ConfigureAwait(false)
                : CacheFiles.TryRemove(oldest.File.Path) ? [oldest.File] : null;
            versions += went is not null && oldest.Tree is { IsThere: true } ? 1 : 0;
            over -= went is null ? 0 : oldest.Bytes;
            removed.AddRange(went ?? []);
        }

        IReadOnlyList<CachePart> left = (await LookAsync(cancellationToken).ConfigureAwait(false)).Parts;
        return [.. left.Select(part => With(part.Name == TreeFolder.FolderName ? part with { RemovedVersions = versions } : part, removed))];
    }

    private async Task<IReadOnlyList<CachePart>> VerifyAllAsync(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var verification = new CacheVerification(Folder, progress);
        IReadOnlyList<CacheFile> removed = await verification.RunAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<CachePart> left = (await LookAsync(cancellationToken).ConfigureAwait(false)).Parts;
        return
        [
            With(left.Single(part => part.Name == ContentCache.FolderName), removed),
            With(left.Single(part => part.Name == TreeFolder.FolderName), removed) with { DamagedInUse = verification.Kept },
        ];
    }

    private static CachePart With(CachePart part, IEnumerable<CacheFile> removed) =>
        removed.Where(file => file.Path.StartsWith(part.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .Aggregate(part, (sum, file) => sum with { RemovedFiles = sum.RemovedFiles + 1, RemovedBytes = sum.RemovedBytes + file.Bytes });

    /// <summary>All parts, files that may go, and the trees.</summary>
    private sealed record Seen(IReadOnlyList<CachePart> Parts, IReadOnlyList<CacheFile> Free, TreePart Trees);

    /// <summary>A file, or a tree, that may go.</summary>
    private readonly record struct Candidate(DateTime Used, long Bytes, LocalTree? Tree, CacheFile File);
}
