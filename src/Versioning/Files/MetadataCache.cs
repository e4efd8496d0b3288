using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>
/// What this machine has read of remote stores and will ask for again: journal entries, checkpoints, footers, tree nodes.
/// One folder for each store, one <see cref="CheckedFile"/> for each piece, as nothing of it ever changes. Thread safe, and
/// safe for many processes.
/// </summary>
/// <param name="cacheDirectory">This machine's cache.</param>
/// <param name="storeId">Which store; null while that is not known, and nothing is kept.</param>
/// <param name="maxBytes">How much all stores together may keep here, about.</param>
internal sealed class MetadataCache(string cacheDirectory, Func<string?> storeId, long maxBytes)
{
    /// <summary>Its folder in the machine's cache.</summary>
    internal const string FolderName = "metadata";

    private const int MaxLength = 64 * 1024 * 1024;

    /// <summary>A file that is used is marked as used so often: its place in the order of going is not worth more writes.</summary>
    private static readonly TimeSpan MarksEvery = TimeSpan.FromHours(1);

    private readonly CacheLimit _limit = new(Path.Join(cacheDirectory, FolderName), maxBytes);

    private string? Root => storeId() is { } id ? Path.Join(cacheDirectory, FolderName, id) : null;

    /// <summary>What was kept under a name, or null.</summary>
    internal ReadOnlyMemory<byte>? Read(string name)
    {
        if (Root is not { } root)
        {
            return null;
        }

        string path = Path.Join(root, name);
        ReadOnlyMemory<byte>? found = CheckedFile.Read(path, name, MaxLength, file => Mark(path, file));
        Telemetry.Lookup("metadata", found is not null);
        return found;
    }

    /// <summary>The names in a folder, without its own; none where there is no such folder.</summary>
    internal IReadOnlyList<string> Names(string folder)
    {
        try
        {
            return Root is { } root && Path.Join(root, folder) is var path && Directory.Exists(path)
                ? [.. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file))]
                : [];
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            return [];
        }
    }

    /// <summary>The names of the folders in a folder; none where there is no such folder.</summary>
    internal IReadOnlyList<string> Folders(string folder)
    {
        try
        {
            return Root is { } root && Path.Join(root, folder) is var path && Directory.Exists(path)
                ? [.. Directory.EnumerateDirectories(path).Select(found => Path.GetFileName(found))]
                : [];
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            return [];
        }
    }

    /// <summary>When something was kept or last used, or null where it is not there.</summary>
    internal DateTimeOffset? TimeOf(string name) =>
        Root is { } root && new FileInfo(Path.Join(root, name)) is { Exists: true } file ? new DateTimeOffset(file.LastWriteTimeUtc) : null;

    /// <summary>Keeps something under a name. What is there under it is the same.</summary>
    internal void Write(string name, ReadOnlySpan<byte> content)
    {
        int length = content.Length + CheckedFile.HashLength;
        if (Root is { } root && length <= Math.Min(MaxLength, maxBytes) && Path.Join(root, name) is var path
            && !File.Exists(path) && CheckedFile.Write(path, name, content))
        {
            _limit.Note(length);
        }
    }

    /// <summary>Forgets what was kept under a name.</summary>
    internal void Remove(string name)
    {
        if (Root is { } root)
        {
            CheckedFile.Delete(Path.Join(root, name));
        }
    }

    /// <summary>Forgets a whole folder.</summary>
    internal void RemoveFolder(string folder)
    {
        foreach (string name in Names(folder))
        {
            Remove(Path.Join(folder, name));
        }
    }

    private static void Mark(string path, SafeFileHandle file)
    {
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        if (now - File.GetLastWriteTimeUtc(file) > MarksEvery)
        {
            File.SetLastWriteTimeUtc(path, now);
        }
    }
}
