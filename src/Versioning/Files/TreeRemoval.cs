using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>Lets trees go that nobody holds, each with what of the content cache it alone kept.</summary>
/// <param name="trees">The trees.</param>
/// <param name="contentRoot">The folder of the content cache.</param>
internal sealed class TreeRemoval(TreeFolder trees, string contentRoot)
{
    private readonly Lazy<Dictionary<ulong, TreeFile>> _content = new(() => TreeListing.Files(contentRoot).DistinctBy(f => f.Inode).ToDictionary(f => f.Inode));

    /// <summary>The files of the content cache, by what all names of a file share.</summary>
    internal IReadOnlyDictionary<ulong, TreeFile> Content => _content.Value;

    /// <summary>All trees. Bytes that several share count for the one that was used last: only then they are free.</summary>
    internal IEnumerable<CacheItem> Items()
    {
        RemoveGone("");
        return TreeListing.Of(trees).Select(tree => new CacheItem(tree.Used, tree.Own.Sum(f => f.Length), () => TryRemove(tree)));
    }

    /// <summary>Removes a tree that nobody holds; one that is being opened just now is waited for.</summary>
    /// <returns>What went with it of the content cache; null: someone holds it, or removed it.</returns>
    internal async Task<IReadOnlyList<TreeFile>?> RemoveAsync(LocalTree tree, CancellationToken cancellationToken)
    {
        using (await trees.CloseAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!TryTakeAway(tree.Name))
            {
                return null;
            }
        }

        return Clean(tree);
    }

    /// <summary>Removes what was taken away and not removed.</summary>
    /// <param name="name">Of which tree; empty: of all.</param>
    internal void RemoveGone(string name)
    {
        foreach (string gone in Directory.Exists(trees.Root) ? Directory.EnumerateDirectories(trees.Root, name + "*" + TreeFolder.GoneSuffix) : [])
        {
            Delete(gone);
        }
    }

    private bool TryRemove(LocalTree tree)
    {
        try
        {
            using (SafeFileHandle? gate = trees.TryClose())
            {
                if (gate is null || !TryTakeAway(tree.Name))
                {
                    return false;
                }
            }

            Clean(tree);
            return true;
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            return false;
        }
    }

    /// <summary>Whoever wants it from now on makes it anew. The gate has to be closed.</summary>
    private bool TryTakeAway(string name)
    {
        try
        {
            using (SafeFileHandle? lease = File.Exists(trees.PathOf(name) + TreeFolder.LeaseSuffix) ? trees.TryTake(name) : null)
            {
                if (lease is null)
                {
                    return false;
                }

                foreach (string folder in trees.FoldersOf(name).Where(Directory.Exists))
                {
                    Directory.Move(folder, $"{trees.PathOf(name)}.{Guid.NewGuid():N}{TreeFolder.GoneSuffix}");
                }
            }

            // Nobody has opened them meanwhile.
            File.Delete(trees.PathOf(name) + TreeFolder.LockSuffix);
            File.Delete(trees.PathOf(name) + TreeFolder.LeaseSuffix);
            return true;
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // A system that does not let go what is open.
            return false;
        }
    }

    private List<TreeFile> Clean(LocalTree tree)
    {
        RemoveGone(tree.Name);
        var removed = new List<TreeFile>();
        foreach (TreeFile file in tree.Own)
        {
            if (file.Inode != 0 && Content.TryGetValue(file.Inode, out TreeFile content) && File.Exists(content.Path) && !ContentFiles.IsInUse(new FileInfo(content.Path)) && CacheFiles.TryRemove(content.Path))
            {
                removed.Add(content);
            }
        }

        return removed;
    }

    private static void Delete(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                foreach (string file in Directory.EnumerateFiles(folder, "*", TreeListing.Everything))
                {
                    File.SetAttributes(file, FileAttributes.Normal);
                }
            }

            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // The next one tries again.
        }
    }
}
