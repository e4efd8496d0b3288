namespace Versioning.Files;

/// <summary>A file that can be had again.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Used">When it was last used, about.</param>
internal readonly record struct CacheFile(string Path, long Bytes, DateTime Used)
{
    /// <summary>What the smallest file takes of a disk.</summary>
    private const int LeastBytes = 4096;

    /// <summary>What it takes of the disk, about.</summary>
    internal long Taken => Math.Max(Bytes, LeastBytes);
}

/// <summary>The files of a folder of the machine's cache, in which other processes write and remove meanwhile.</summary>
internal static class CacheFiles
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    /// <summary>All files, without those that are being written; none where there is no such folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="used">When a file was last used; null: when it was last written.</param>
    internal static IEnumerable<(CacheFile File, FileInfo Info)> In(string folder, Func<FileInfo, DateTime>? used = null)
    {
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (FileInfo info in new DirectoryInfo(folder).EnumerateFiles("*", Everything))
        {
            if (!TargetFolder.IsTemporaryName(System.Text.Encoding.UTF8.GetBytes(info.Name)) && Look(info, used) is { } file)
            {
                yield return (file, info);
            }
        }
    }

    /// <summary>Removes a file that may be read only; false where it stays.</summary>
    internal static bool TryRemove(string path)
    {
        try
        {
            AllowRemoval(path);
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // In use on a system that does not let it go.
            return false;
        }
    }

    /// <summary>Windows neither removes nor replaces a file that is read only.</summary>
    internal static void AllowRemoval(string path)
    {
        if (OperatingSystem.IsWindows() && new FileInfo(path) is { Exists: true, IsReadOnly: true } file)
        {
            file.IsReadOnly = false;
        }
    }

    private static CacheFile? Look(FileInfo info, Func<FileInfo, DateTime>? used)
    {
        try
        {
            return new CacheFile(info.FullName, info.Length, used?.Invoke(info) ?? info.LastWriteTimeUtc);
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // Another process removed it.
            return null;
        }
    }
}
