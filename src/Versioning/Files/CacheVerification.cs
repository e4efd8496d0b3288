using System.Collections.Concurrent;

namespace Versioning.Files;

/// <summary>Hashes the files of the content cache and of trees, those that both have once, and removes what is damaged.</summary>
/// <param name="cacheDirectory">This machine's cache.</param>
/// <param name="progress">Told of files and bytes; may be null.</param>
internal sealed class CacheVerification(string cacheDirectory, IProgress<TransferProgress>? progress)
{
    private readonly TreeVerification _trees = new(cacheDirectory);
    private long _total, _bytes, _files, _count;

    /// <summary>Files of trees that are damaged and stay, as a process has them open.</summary>
    internal long Kept { get; private set; }

    /// <returns>What was removed.</returns>
    internal async Task<IReadOnlyList<CacheFile>> RunAsync(CancellationToken cancellationToken)
    {
        TreeFile[] content = [.. CacheFiles.In(Path.Join(cacheDirectory, ContentCache.FolderName)).Select(file => TreeListing.Look(file.Info)).OfType<TreeFile>()];
        HashSet<ulong> inodes = [.. content.Select(f => f.Inode).Where(inode => inode != 0)];
        TreeFile[] others = [.. _trees.Files().Where(file => !inodes.Contains(file.Inode))];
        (_total, _count) = (content.Concat(others).Sum(file => file.Length), content.Length + others.Length);
        using var cache = new ContentCache(cacheDirectory, long.MaxValue);
        IReadOnlyCollection<TreeFile> gone = Wrong(
            content, file => ContentFiles.Parse(Path.GetFileName(file.Path)) is not { } named || cache.Verify(named.Sha256, named.Kind, cancellationToken), cancellationToken);
        IReadOnlyCollection<TreeFile> wrong = Wrong(others, file => TreeVerification.IsSound(file, cancellationToken), cancellationToken);
        (IReadOnlyList<TreeFile> removed, IReadOnlyList<TreeFile> kept) = await _trees.RemoveAsync([.. gone, .. wrong], cancellationToken).ConfigureAwait(false);
        Kept = kept.Count;
        return [.. gone.Concat(removed).Select(file => new CacheFile(file.Path, file.Length, default))];
    }

    private ConcurrentBag<TreeFile> Wrong(TreeFile[] files, Func<TreeFile, bool> isSound, CancellationToken cancellationToken)
    {
        var wrong = new ConcurrentBag<TreeFile>();
        Parallel.ForEach(files, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken }, file =>
        {
            if (!isSound(file))
            {
                wrong.Add(file);
            }

            progress?.Report(new TransferProgress(Interlocked.Add(ref _bytes, file.Length), _total, Interlocked.Increment(ref _files), _count));
        });
        return wrong;
    }
}
