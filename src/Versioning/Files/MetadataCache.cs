using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Versioning.Storage;

namespace Versioning.Files;

/// <summary>
/// What this machine has read of remote stores and will ask for again: journal entries, checkpoints, footers, tree nodes.
/// One folder for each store, one file for each piece, as nothing of it ever changes.
/// </summary>
/// <remarks>
/// File: XxHash128 of name and content (16 bytes), content. A file that is missing, damaged or out of place is as good as
/// none, and a failure of the disk stops nothing. Files appear whole, by a rename, so any number of processes may share
/// the folder. Thread safe.
/// </remarks>
/// <param name="cacheDirectory">This machine's cache.</param>
/// <param name="storeId">Which store; null while that is not known, and nothing is kept.</param>
/// <param name="maxBytes">How much all stores together may keep here, about.</param>
internal sealed class MetadataCache(string cacheDirectory, Func<string?> storeId, long maxBytes)
{
    private const string Folder = "metadata";
    private const int MaxLength = 64 * 1024 * 1024;
    private const int HashLength = 16;

    /// <summary>A file that is used is marked as used so often: its place in the order of going is not worth more writes.</summary>
    private static readonly TimeSpan MarksEvery = TimeSpan.FromHours(1);

    private readonly CacheLimit _limit = new(Path.Join(cacheDirectory, Folder), maxBytes);

    private string? Root => storeId() is { } id ? Path.Join(cacheDirectory, Folder, id) : null;

    /// <summary>What was kept under a name, or null.</summary>
    internal ReadOnlyMemory<byte>? Read(string name)
    {
        if (Root is not { } root)
        {
            return null;
        }

        string path = Path.Join(root, name);
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            long length = RandomAccess.GetLength(file);
            if (length is >= HashLength and <= MaxLength)
            {
                byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
                ReadOnlyMemory<byte> content = bytes.AsMemory(HashLength);
                if (FileReading.Fill(file, bytes, 0) == bytes.Length && HashOf(name, content.Span).AsSpan().SequenceEqual(bytes.AsSpan(0, HashLength)))
                {
                    Mark(path, file);
                    return content;
                }
            }
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            return null;
        }

        Remove(name);
        return null;
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

    /// <summary>Keeps something under a name. What is there under it is the same.</summary>
    internal void Write(string name, ReadOnlySpan<byte> content)
    {
        if (Root is not { } root || content.Length + HashLength > Math.Min(MaxLength, maxBytes))
        {
            return;
        }

        string path = Path.Join(root, name), temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            if (File.Exists(path))
            {
                return;
            }

            DiskSteps.Before(DiskStep.MakeDirectory);
            CacheDirectory.Make(Path.GetDirectoryName(path)!);
            DiskSteps.Before(DiskStep.CreateFile);
            using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                DiskSteps.Before(DiskStep.Write);
                RandomAccess.Write(file, HashOf(name, content), 0);
                RandomAccess.Write(file, content, HashLength);
            }

            DiskSteps.Before(DiskStep.Rename);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            Delete(temporary);
            return;
        }

        _limit.Note(content.Length + HashLength);
    }

    /// <summary>Forgets what was kept under a name.</summary>
    internal void Remove(string name)
    {
        if (Root is { } root)
        {
            Delete(Path.Join(root, name));
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

    private static byte[] HashOf(string name, ReadOnlySpan<byte> content)
    {
        var hash = new XxHash128();
        hash.Append(Encoding.UTF8.GetBytes(name));
        hash.Append(content);
        return hash.GetHashAndReset();
    }

    private static void Mark(string path, SafeFileHandle file)
    {
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        if (now - File.GetLastWriteTimeUtc(file) > MarksEvery)
        {
            File.SetLastWriteTimeUtc(path, now);
        }
    }

    private static void Delete(string path)
    {
        try
        {
            DiskSteps.Before(DiskStep.Remove);
            File.Delete(path);
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // Nothing depends on it.
        }
    }
}
