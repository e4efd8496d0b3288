using System.Runtime.CompilerServices;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>
/// Takes away what stands in the place of a folder, and folders that stand in the place of something else, where that is
/// nothing but what another version put there; anything else is a conflict.
/// </summary>
/// <param name="target">The folder.</param>
/// <param name="root">Its full path.</param>
/// <param name="force">Whether what was put there gives way though it was changed.</param>
/// <param name="check">Compares files with entries.</param>
/// <param name="cacheDirectory">Where file caches lie.</param>
internal sealed class Clearing(TargetFolder target, string root, bool force, TargetCheck check, string cacheDirectory)
{
    /// <param name="obstacles">What is in the way.</param>
    /// <param name="before">What another version put there; null: nothing.</param>
    /// <param name="remove">Whether it goes; else it is only looked at whether it may.</param>
    /// <param name="cancellationToken">Ends it; what is in the way of the next try is less.</param>
    /// <returns>How many files were removed.</returns>
    internal async Task<long> RunAsync(Obstacles obstacles, EntrySource? before, bool remove, CancellationToken cancellationToken)
    {
        if (!obstacles.Any)
        {
            return 0;
        }

        before ??= (_, _) => AsyncEnumerable.Empty<ManifestEntry>();
        long files = await EachAsync(obstacles.Files.Select(file => new Found(file, IsFolder: false, Folder: null)), before, remove, cancellationToken).ConfigureAwait(false);
        return files + await EachAsync(obstacles.Folders.SelectMany(Below), before, remove, cancellationToken).ConfigureAwait(false);
    }

    private async Task<long> EachAsync(IEnumerable<Found> all, EntrySource before, bool remove, CancellationToken cancellationToken)
    {
        using var cache = FileCacheReader.Open(cacheDirectory, root);
        var old = new EntryLookup(before(null, cancellationToken), cancellationToken);
        await using ConfiguredAsyncDisposable ended = old.ConfigureAwait(false);
        long removed = 0;
        foreach (Found found in all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (found.IsFolder)
            {
                // Where it is not empty now, somebody has just put something there.
                _ = !remove || target.TryRemoveFolder(found.Path) ? true : throw Conflict(found, wasPut: false);
                continue;
            }

            ManifestEntry? put = await old.FindAsync(found.Path).ConfigureAwait(false);
            if (put is null || (!force && check.Compare(put, cache.Find(found.Path), out _, cancellationToken) is not (TargetMatch.Same or TargetMatch.Lost or TargetMatch.Absent)))
            {
                throw Conflict(found, wasPut: put is not null);
            }

            if (remove)
            {
                target.Remove(found.Path);
                removed++;
            }
        }

        return removed;
    }

    /// <summary>A folder after what is in it, and that in byte order.</summary>
    private IEnumerable<Found> Below(byte[] folder)
    {
        var open = new Stack<(byte[] Path, IEnumerator<TargetItem> Items)>();
        open.Push((folder, target.List(folder).GetEnumerator()));
        while (open.TryPeek(out (byte[] Path, IEnumerator<TargetItem> Items) at))
        {
            if (!at.Items.MoveNext())
            {
                open.Pop();
                yield return new Found(at.Path, IsFolder: true, folder);
            }
            else if (at.Items.Current is { IsFolder: true, Path: var inner })
            {
                open.Push((inner, target.List(inner).GetEnumerator()));
            }
            else
            {
                yield return new Found(at.Items.Current.Path, IsFolder: false, folder);
            }
        }
    }

    private ConflictException Conflict(Found found, bool wasPut) => new(
        "path_blocked",
        found.Folder is { } folder
            ? $"'{FullPathOf(folder)}' is a folder, and the version has a file there; '{PathText.Show(found.Path)}' would be lost."
            : $"'{FullPathOf(found.Path)}' is a file or link, and the version has a folder there.",
        wasPut
            ? "It was changed after an earlier version put it there: move it away, or use --force to replace it."
            : "Move it away, or choose another folder; --force does not remove it.");

    private string FullPathOf(byte[] path) => Path.Combine(root, PathText.Show(path));

    /// <summary>Something that is in the way.</summary>
    /// <param name="Path">Its path.</param>
    /// <param name="IsFolder">Whether it is a folder, of which everything else came before.</param>
    /// <param name="Folder">The folder in the place of a file that it lies in; null: none.</param>
    private readonly record struct Found(byte[] Path, bool IsFolder, byte[]? Folder);
}
