using System.Collections.Concurrent;
using Versioning.Commits;
using Versioning.Files;
using Versioning.Workspaces;

namespace Versioning;

/// <summary>
/// The folder in which this machine keeps what it can have again: files and metadata of stores, digests of files that
/// it hashed. Every process may use it meanwhile. Thread safe.
/// </summary>
public sealed class MachineCache
{
    // What tells of uploads, of restored and of live versions can't be had again, and local versions are let go by those who hold them.
    private static readonly CacheFolder[] Folders =
    [
        new(ContentCache.FolderName, MayGo: true, ContentFiles.Used, ContentFiles.IsInUse),
        new(MetadataCache.FolderName, MayGo: true),
        new(FileCache.FolderName, MayGo: true),
        new(EntryList.FolderName, MayGo: true),
        new("versions", MayGo: false),
        new(UploadLog.FolderName, MayGo: false),
        new(RestoredLock.FolderName, MayGo: false),
        new(LiveNote.FolderName, MayGo: false),
    ];

    /// <summary>Names a cache; nothing is made.</summary>
    /// <param name="folder">Its folder. Default: <c>VERSIONING_CACHE</c>, else <c>versioning</c> under the user's cache folder.</param>
    public MachineCache(string? folder = null) => Folder = folder is null ? CacheDirectory.Default() : Path.GetFullPath(folder);

    /// <summary>The full path of its folder.</summary>
    public string Folder { get; }

    /// <summary>Counts what each part holds.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<IReadOnlyList<CachePart>> ShowAsync(CancellationToken cancellationToken = default) =>
        Task.Run<IReadOnlyList<CachePart>>(() => [.. Look(cancellationToken).Select(part => part.Part)], cancellationToken);

    /// <summary>Removes what was not used for longest, and what killed processes left. What another folder has by a hard link stays.</summary>
    /// <param name="maxBytes">How much may stay, in bytes of what is not in use, about; 0: nothing. Default: what the cache may hold at any time, by the defaults of <see cref="VersionStoreOptions"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What each part holds now, and what was removed from it.</returns>
    public Task<IReadOnlyList<CachePart>> PruneAsync(long? maxBytes = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes ?? 0, nameof(maxBytes));
        return Task.Run<IReadOnlyList<CachePart>>(() => Prune(maxBytes ?? DefaultBytes(), cancellationToken), cancellationToken);
    }

    /// <summary>Hashes every file of the content, and removes what is not what its name says.</summary>
    /// <param name="progress">Told of files and bytes of the content.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The content alone: what it holds now, and what was removed from it.</returns>
    public Task<CachePart> VerifyAsync(IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Verify(progress, cancellationToken), cancellationToken);

    private long DefaultBytes()
    {
        var options = new VersionStoreOptions();
        using var content = new ContentCache(Folder, options.ContentCacheBytes);
        return content.MostBytes + options.MetadataCacheBytes;
    }

    private (CachePart Part, IReadOnlyList<CacheFile> Free)[] Look(CancellationToken cancellationToken) =>
        [.. Folders.Select(folder => folder.Look(Folder, cancellationToken))];

    private IReadOnlyList<CachePart> Prune(long maxBytes, CancellationToken cancellationToken)
    {
        CacheFolder.RemoveAbandoned(Path.Join(Folder, ContentCache.FolderName));
        CacheFile[] free = [.. Look(cancellationToken).SelectMany(part => part.Free)];
        IReadOnlyList<CacheFile> removed = CacheFiles.RemoveOldest(free, free.Sum(file => file.Taken) - maxBytes);
        return [.. Look(cancellationToken).Select(part => With(part.Part, removed.Where(file => file.Path.StartsWith(part.Part.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal))))];
    }

    private CachePart Verify(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        CacheFolder folder = Folders[0];
        CacheFile[] all = [.. CacheFiles.In(Path.Join(Folder, folder.Name)).Select(file => file.File)];
        long total = all.Sum(file => file.Bytes), bytes = 0, files = 0;
        var wrong = new ConcurrentBag<CacheFile>();
        using var content = new ContentCache(Folder, long.MaxValue);
        Parallel.ForEach(all, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken }, file =>
        {
            if (ContentFiles.Parse(Path.GetFileName(file.Path)) is { } named && !content.Verify(named.Sha256, named.Kind, cancellationToken))
            {
                wrong.Add(file);
            }

            progress?.Report(new TransferProgress(Interlocked.Add(ref bytes, file.Bytes), total, Interlocked.Increment(ref files), all.Length));
        });
        return With(folder.Look(Folder, cancellationToken).Part, wrong);
    }

    private static CachePart With(CachePart part, IEnumerable<CacheFile> removed) =>
        removed.Aggregate(part, (sum, file) => sum with { RemovedFiles = sum.RemovedFiles + 1, RemovedBytes = sum.RemovedBytes + file.Bytes });
}
