using System.Collections.Frozen;
using System.Globalization;
using Versioning.Files;

namespace Versioning.Capture;

/// <summary>Files that say which packages a project is built of, exactly.</summary>
internal static class PackageFiles
{
    private const int MaxDepth = 3;
    private const int MaxFolders = 1000;
    private const int MaxFiles = 200;
    private const long MaxBytes = 64 * 1024 * 1024;

    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "packages.lock.json", "requirements.txt", "poetry.lock", "uv.lock", "Pipfile.lock", "conda-lock.yml", "environment.yml", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "Cargo.lock");

    // What is made or fetched, not written; folders with a dot before their name are left out too.
    private static readonly FrozenSet<string> Skipped = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "bin", "obj", "node_modules", "artifacts", "target", "dist", "venv", "env", "__pycache__", "site-packages");

    /// <summary><c>packages:path</c> and the file's SHA-256, for the folder and three levels below it.</summary>
    /// <remarks>Where there is more than is looked at, <c>packages</c> says so.</remarks>
    public static IEnumerable<KeyValuePair<string, string>> Hash(string folder)
    {
        var found = new List<KeyValuePair<string, string>>();
        var waiting = new Queue<(string Folder, string Path, int Depth)>([(Path.GetFullPath(folder), "", 0)]);
        int seen = 0;
        while (waiting.TryDequeue(out (string Folder, string Path, int Depth) at))
        {
            if (++seen > MaxFolders || found.Count > MaxFiles)
            {
                found.Add(new("packages", string.Create(CultureInfo.InvariantCulture, $"not all: more than {MaxFolders} folders or {MaxFiles} files")));
                break;
            }

            foreach (FileSystemInfo entry in Entries(at.Folder))
            {
                if (entry is FileInfo file)
                {
                    if (Names.Contains(file.Name) && Hash(file) is { } hash)
                    {
                        found.Add(new($"packages:{at.Path}{file.Name}", hash));
                    }
                }
                else if (at.Depth < MaxDepth && !entry.Name.StartsWith('.') && !Skipped.Contains(entry.Name))
                {
                    waiting.Enqueue((entry.FullName, $"{at.Path}{entry.Name}/", at.Depth + 1));
                }
            }
        }

        return found;
    }

    // In the order of names, so that a bound cuts at the same place everywhere. Links may lead in circles.
    private static IEnumerable<FileSystemInfo> Entries(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.LinkTarget is null).OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? Hash(FileInfo file)
    {
        try
        {
            if (file.Length > MaxBytes)
            {
                return string.Create(CultureInfo.InvariantCulture, $"not hashed: {file.Length} bytes");
            }

            using var handle = File.OpenHandle(file.FullName);
            return FileHashing.Sha256(handle, CancellationToken.None).ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
