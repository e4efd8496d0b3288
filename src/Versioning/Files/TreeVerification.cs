using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>
/// Finds files of trees that are not what they were written as: a seal holds for no other content. What nobody holds goes;
/// what is held loses its seal, so that whoever opens the tree next replaces it.
/// </summary>
/// <param name="cacheDirectory">This machine's cache.</param>
internal sealed class TreeVerification(string cacheDirectory)
{
    private readonly TreeFolder _trees = new(cacheDirectory);

    /// <summary>The files of finished trees, each of them once.</summary>
    internal IEnumerable<TreeFile> Files() => TreeListing.Of(_trees).SelectMany(t => t.Own).Where(IsFinished);

    /// <summary>Whether a file is what it was written as; one that is gone is fine.</summary>
    internal static bool IsSound(TreeFile file, CancellationToken cancellationToken)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return FileSeal.Holds(FileHashing.Sha256(handle, cancellationToken), SourceTree.Stamp(handle).MtimeNs);
        }
        catch (Exception e) when (e is VersioningException || FileCache.IsHarmless(e))
        {
            return true;
        }
    }

    /// <summary>Deals with damaged files, wherever trees have them.</summary>
    /// <returns>Those that were removed, and those that stay as their tree is in use.</returns>
    internal async Task<(IReadOnlyList<TreeFile> Removed, IReadOnlyList<TreeFile> Kept)> RemoveAsync(IReadOnlyCollection<TreeFile> damaged, CancellationToken cancellationToken)
    {
        HashSet<string> paths = [.. damaged.Select(f => f.Path)];
        HashSet<ulong> inodes = [.. damaged.Select(f => f.Inode).Where(inode => inode != 0)];
        List<TreeFile> removed = [], kept = [];
        foreach (LocalTree tree in damaged.Count == 0 ? [] : TreeListing.Of(_trees))
        {
            TreeFile[] wrong = [.. tree.Files.Where(f => paths.Contains(f.Path) || inodes.Contains(f.Inode))];
            if (wrong.Length == 0)
            {
                continue;
            }

            using SafeFileHandle gate = await _trees.CloseAsync(cancellationToken).ConfigureAwait(false);
            using SafeFileHandle? lease = Directory.Exists(_trees.PathOf(tree.Name)) ? _trees.TryTake(tree.Name) : null;
            foreach (TreeFile file in wrong)
            {
                if (lease is not null && CacheFiles.TryRemove(file.Path))
                {
                    removed.Add(file);
                }
                else
                {
                    Unseal(file.Path);
                    kept.Add(file);
                }
            }
        }

        return (removed, kept);
    }

    private bool IsFinished(TreeFile file)
    {
        string tree = Path.GetRelativePath(_trees.Root, file.Path).Split(Path.DirectorySeparatorChar)[0];
        return !tree.EndsWith(TreeFolder.PartialSuffix, StringComparison.Ordinal) && !TargetFolder.IsTemporaryName(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(file.Path)));
    }

    private static void Unseal(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(1));
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // It is gone.
        }
    }
}
