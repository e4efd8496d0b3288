namespace Versioning.Pipelines.Planning;

/// <summary>The files and links below a folder; links are not followed.</summary>
internal static class FolderWalk
{
    /// <param name="root">The folder.</param>
    /// <param name="skips">Names of folders that are left out; null: none.</param>
    /// <returns>Paths from the folder, <c>/</c>-separated.</returns>
    internal static IEnumerable<string> Paths(string root, Func<string, bool>? skips = null) => Paths(root, "", skips);

    private static IEnumerable<string> Paths(string root, string below, Func<string, bool>? skips)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(Path.Join(root, below)).EnumerateFileSystemInfos())
        {
            string path = below.Length == 0 ? entry.Name : $"{below}/{entry.Name}";
            if (entry is not DirectoryInfo || entry.LinkTarget is not null)
            {
                yield return path;
            }
            else if (skips?.Invoke(entry.Name) != true)
            {
                foreach (string inner in Paths(root, path, skips))
                {
                    yield return inner;
                }
            }
        }
    }
}
