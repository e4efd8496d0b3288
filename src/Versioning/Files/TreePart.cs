namespace Versioning.Files;

/// <summary>The trees as a part of this machine's cache: how much they take, and which of them may go.</summary>
/// <param name="cacheDirectory">This machine's cache.</param>
internal sealed class TreePart(string cacheDirectory)
{
    private readonly TreeFolder _trees = new(cacheDirectory);
    private readonly TreeRemoval _removal = new(new TreeFolder(cacheDirectory), Path.Join(cacheDirectory, ContentCache.FolderName));

    private IReadOnlyList<LocalTree> _all = [], _free = [];
    private HashSet<ulong> _kept = [];
    private Dictionary<ulong, int> _links = [];

    /// <summary>What the trees hold; a file that several have counts once.</summary>
    internal CachePart Part { get; private set; } = new(TreeFolder.FolderName, Path.Join(cacheDirectory, TreeFolder.FolderName));

    /// <summary>Removes what killed processes took away and did not remove.</summary>
    internal static void RemoveGone(string cacheDirectory) => new TreeRemoval(new TreeFolder(cacheDirectory), "").RemoveGone("");

    /// <summary>Looks at the trees, and at who holds them.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        _all = TreeListing.Of(_trees);
        HashSet<string> held = await _trees.HeldAsync(_all.Select(t => t.Name), cancellationToken).ConfigureAwait(false);
        _kept = [.. _all.Where(t => held.Contains(t.Name)).SelectMany(t => t.Files).Select(f => f.Inode)];
        _free = [.. _all.Where(t => !held.Contains(t.Name)).Select(t => t with { Own = [.. t.Own.Where(f => f.Inode == 0 || !_kept.Contains(f.Inode))] })];
        _links = _all.SelectMany(t => t.Files).Where(f => f.Inode != 0).GroupBy(f => f.Inode).ToDictionary(files => files.Key, files => files.Count());
        TreeFile[] files = Distinct(_all), inUse = Distinct(_all.Where(t => held.Contains(t.Name)));
        Part = Part with
        {
            Versions = _all.Count(t => t.IsThere),
            VersionsInUse = _all.Count(t => t.IsThere && held.Contains(t.Name)),
            Files = files.Length,
            Bytes = files.Sum(f => f.Length),
            FilesInUse = inUse.Length,
            BytesInUse = inUse.Sum(f => f.Length),
        };
    }

    /// <summary>The content cache without those files as in use that only trees have which nobody holds.</summary>
    internal CachePart Release(CachePart content)
    {
        TreeFile[] released = [.. Distinct(_free).Where(f => !_kept.Contains(f.Inode) && _removal.Content.ContainsKey(f.Inode) && !IsElsewhere(f))];
        return content with { FilesInUse = content.FilesInUse - released.Length, BytesInUse = content.BytesInUse - released.Sum(f => f.Length) };
    }

    /// <summary>Trees that nobody held, with the bytes of the disk that go with each.</summary>
    internal IEnumerable<(LocalTree Tree, long Taken)> Free() =>
        _free.Select(tree => (tree, new CacheFile("", tree.Own.Where(f => !IsElsewhere(f)).Sum(f => f.Length), default).Taken));

    /// <summary>Removes a tree, where nobody holds it now.</summary>
    /// <returns>What went; null: it stays.</returns>
    internal async Task<IReadOnlyList<CacheFile>?> RemoveAsync(LocalTree tree, CancellationToken cancellationToken) =>
        await _removal.RemoveAsync(tree, cancellationToken).ConfigureAwait(false) is { } content
            ? [.. tree.Own.Concat(content).Select(file => new CacheFile(file.Path, file.Length, default))]
            : null;

    /// <summary>Whether a folder that is not of the cache has the file too.</summary>
    private bool IsElsewhere(TreeFile file) =>
        file.Inode != 0 && file.Links > _links.GetValueOrDefault(file.Inode) + (_removal.Content.ContainsKey(file.Inode) ? 1 : 0);

    private static TreeFile[] Distinct(IEnumerable<LocalTree> trees)
    {
        var seen = new HashSet<ulong>();
        return [.. trees.SelectMany(t => t.Files).Where(f => f.Inode == 0 || seen.Add(f.Inode))];
    }
}
