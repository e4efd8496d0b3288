using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>Lets trees go that nobody holds, each with what of the content cache it alone kept.</summary>
/// <param name="trees">The trees.</param>
/// <param name="contentRoot">The folder of the content cache.</param>
internal sealed class TreeRemoval(TreeFolder trees, string contentRoot)
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private readonly Lazy<Dictionary<ulong, string>> _content = new(() => Files(contentRoot).DistinctBy(f => f.Inode).ToDictionary(f => f.Inode, f => f.Path));

    /// <summary>All trees. Bytes that several share count for the one that was used last: only then they are free.</summary>
    internal IEnumerable<CacheItem> Items()
    {
        if (!Directory.Exists(trees.Root))
        {
            return [];
        }

        foreach (string gone in Directory.EnumerateDirectories(trees.Root, "*" + TreeFolder.GoneSuffix))
        {
            Delete(gone);
        }

        var seen = new HashSet<ulong>();
        var items = new List<CacheItem>();
        foreach (FileInfo lease in new DirectoryInfo(trees.Root).GetFiles("*" + TreeFolder.LeaseSuffix).OrderByDescending(f => f.LastWriteTimeUtc))
        {
            string name = Path.GetFileNameWithoutExtension(lease.Name);
            var own = new List<TreeFile>();
            foreach (string folder in new[] { trees.PathOf(name), trees.PathOf(name) + TreeFolder.PartialSuffix })
            {
                own.AddRange(Files(folder).Where(file => file.Inode == 0 || seen.Add(file.Inode)));
            }

            items.Add(new CacheItem(lease.LastWriteTimeUtc, own.Sum(f => f.Length), () => Remove(name, own)));
        }

        return items;
    }

    private bool Remove(string name, List<TreeFile> own)
    {
        try
        {
            if (!TryTakeAway(name))
            {
                return false;
            }

            foreach (string gone in Directory.EnumerateDirectories(trees.Root, name + "*" + TreeFolder.GoneSuffix))
            {
                Delete(gone);
            }

            foreach (TreeFile file in own)
            {
                if (file.Inode != 0 && _content.Value.TryGetValue(file.Inode, out string? content) && !ContentFiles.IsInUse(new FileInfo(content)))
                {
                    File.Delete(content);
                }
            }

            return true;
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            return false;
        }
    }

    /// <summary>Whoever wants it from now on makes it anew.</summary>
    private bool TryTakeAway(string name)
    {
        using SafeFileHandle? gate = trees.TryClose();
        using (SafeFileHandle? lease = gate is null ? null : trees.TryTake(name))
        {
            if (lease is null)
            {
                return false;
            }

            foreach (string folder in new[] { trees.PathOf(name), trees.PathOf(name) + TreeFolder.PartialSuffix })
            {
                if (Directory.Exists(folder))
                {
                    Directory.Move(folder, $"{trees.PathOf(name)}.{Guid.NewGuid():N}{TreeFolder.GoneSuffix}");
                }
            }
        }

        // The gate is closed: nobody has opened them meanwhile.
        File.Delete(trees.PathOf(name) + TreeFolder.LockSuffix);
        File.Delete(trees.PathOf(name) + TreeFolder.LeaseSuffix);
        return true;
    }

    private static void Delete(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                foreach (string file in Directory.EnumerateFiles(folder, "*", Everything))
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

    private static IEnumerable<TreeFile> Files(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*", Everything).Select(Look) : [];

    private static TreeFile Look(FileInfo file)
    {
        if (Posix.IsSupported)
        {
            using SafeFileHandle handle = File.OpenHandle(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (PosixStat.TryRead(handle, out StatxRecord record))
            {
                return new TreeFile(file.FullName, record.Size, record.Inode);
            }
        }

        return new TreeFile(file.FullName, file.Length, 0);
    }

    private readonly record struct TreeFile(string Path, long Length, ulong Inode);
}
