namespace Versioning.Files;

/// <summary>Keeps a folder of files that can be had again about within a size: those that were not used for longest go.</summary>
/// <remarks>
/// No process knows what the others wrote, and looking through the folder is not free. So each looks after every 16th of
/// the size that it wrote itself, and the first time after a random part of that: many short ones look as often as one
/// long one.
/// </remarks>
/// <param name="folder">The folder.</param>
/// <param name="maxBytes">The size.</param>
/// <param name="used">When a file was last used; null: when it was last written.</param>
/// <param name="isInUse">Whether a file has to stay and counts as something else's; null: none.</param>
/// <param name="first">After which part of a 16th to look for the first time, from 0 to 1; null: by chance.</param>
/// <param name="others">What lies elsewhere and counts as well; null: nothing.</param>
internal sealed class CacheLimit(
    string folder, long maxBytes, Func<FileInfo, DateTime>? used = null, Func<FileInfo, bool>? isInUse = null, double? first = null, Func<IEnumerable<CacheItem>>? others = null)
{
    private const int Parts = 16;

    private readonly Lock _lock = new();
    private readonly long _every = maxBytes / Parts;
    private long _left = (long)(maxBytes / Parts * (first ?? Random.Shared.NextDouble()));

    /// <summary>Takes note of a file that was written.</summary>
    internal void Note(long bytes)
    {
        lock (_lock)
        {
            _left -= new CacheFile(folder, bytes, default).Taken;
            if (_left > 0)
            {
                return;
            }

            _left = _every;
        }

        try
        {
            Trim();
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // Another process looks as well, or this one later.
        }
    }

    private void Trim()
    {
        CacheItem[] items =
        [
            .. CacheFiles.In(folder, used).Where(f => isInUse?.Invoke(f.Info) != true).Select(f => new CacheItem(f.File.Used, f.File.Taken, () => CacheFiles.TryRemove(f.File.Path))),
            .. others?.Invoke() ?? [],
        ];

        // Somewhat more, so that the next one has nothing to do.
        long over = items.Sum(i => i.Bytes) - maxBytes;
        over += over > 0 ? _every : 0;
        foreach (CacheItem item in items.OrderBy(i => i.Used))
        {
            if (over <= 0)
            {
                break;
            }

            over -= item.Remove() ? item.Bytes : 0;
        }
    }
}

/// <summary>Something that a cache may let go.</summary>
/// <param name="Used">When it was last used.</param>
/// <param name="Bytes">What it takes.</param>
/// <param name="Remove">Lets it go; false: it has to stay.</param>
internal readonly record struct CacheItem(DateTime Used, long Bytes, Func<bool> Remove);
