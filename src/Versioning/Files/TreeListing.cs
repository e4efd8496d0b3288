using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>What lies in the folder of trees, and in folders like it.</summary>
internal static class TreeListing
{
    internal static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>All trees, the one first that was used last.</summary>
    internal static IReadOnlyList<LocalTree> Of(TreeFolder trees)
    {
        if (!Directory.Exists(trees.Root))
        {
            return [];
        }

        var seen = new HashSet<ulong>();
        var all = new List<LocalTree>();
        foreach (FileInfo lease in new DirectoryInfo(trees.Root).GetFiles("*" + TreeFolder.LeaseSuffix).OrderByDescending(f => f.LastWriteTimeUtc))
        {
            string name = Path.GetFileNameWithoutExtension(lease.Name);
            string[] folders = [.. trees.FoldersOf(name).Where(Directory.Exists)];
            TreeFile[] files = [.. folders.SelectMany(Files)];
            all.Add(new LocalTree(name, lease.LastWriteTimeUtc, folders.Length > 0, files, [.. files.Where(file => file.Inode == 0 || seen.Add(file.Inode))]));
        }

        return all;
    }

    /// <summary>The files of a folder, none where it is not there; those that vanish meanwhile are left out.</summary>
    internal static IReadOnlyList<TreeFile> Files(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? [.. new DirectoryInfo(folder).EnumerateFiles("*", Everything).Select(Look).OfType<TreeFile>()] : [];
        }
        catch (DirectoryNotFoundException)
        {
            // Another process takes it away.
            return [];
        }
    }

    /// <summary>What is to be known of a file; null where it is gone.</summary>
    internal static TreeFile? Look(FileInfo file)
    {
        try
        {
            if (Posix.IsSupported)
            {
                using SafeFileHandle handle = File.OpenHandle(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                if (PosixStat.TryRead(handle, out StatxRecord record))
                {
                    return new TreeFile(file.FullName, record.Size, record.Inode, record.Links);
                }
            }

            return new TreeFile(file.FullName, file.Length, 0, 0);
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            return null;
        }
    }
}
