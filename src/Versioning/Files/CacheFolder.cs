namespace Versioning.Files;

/// <summary>One folder of the machine's cache.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="MayGo">Whether what is in it can be had again.</param>
/// <param name="Used">When a file was last used; null: when it was last written or read.</param>
/// <param name="IsInUse">Whether a file has to stay; null: none.</param>
internal sealed record CacheFolder(string Name, bool MayGo, Func<FileInfo, DateTime>? Used = null, Func<FileInfo, bool>? IsInUse = null)
{
    /// <summary>Counts what it holds, and lists what may go.</summary>
    internal (CachePart Part, IReadOnlyList<CacheFile> Free) Look(string cacheDirectory, CancellationToken cancellationToken)
    {
        var part = new CachePart(Name, Path.Join(cacheDirectory, Name));
        var free = new List<CacheFile>();
        foreach ((CacheFile file, FileInfo info) in CacheFiles.In(part.Path, Used ?? LastTouched))
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool inUse = IsInUse?.Invoke(info) == true;
            part = part with
            {
                Files = part.Files + 1,
                Bytes = part.Bytes + file.Bytes,
                FilesInUse = part.FilesInUse + (inUse ? 1 : 0),
                BytesInUse = part.BytesInUse + (inUse ? file.Bytes : 0),
            };
            if (MayGo && !inUse)
            {
                free.Add(file);
            }
        }

        return (part, free);
    }

    /// <summary>Removes unfinished files whose writers are gone.</summary>
    internal static void RemoveAbandoned(string path)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        foreach (string folder in Directory.EnumerateDirectories(path).Prepend(path))
        {
            try
            {
                using TargetFolder target = TargetFolder.Open(folder);
                target.RemoveAbandoned();
            }
            catch (Exception e) when (e is VersioningException || FileCache.IsHarmless(e))
            {
                // They stay until the next time.
            }
        }
    }

    private static DateTime LastTouched(FileInfo file) => file.LastAccessTimeUtc > file.LastWriteTimeUtc ? file.LastAccessTimeUtc : file.LastWriteTimeUtc;
}
