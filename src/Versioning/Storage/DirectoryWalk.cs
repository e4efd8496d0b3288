using System.IO.Enumeration;

namespace Versioning.Storage;

/// <summary>Lists the files of a <see cref="LocalDiskStore"/> in the byte order of their keys.</summary>
internal static class DirectoryWalk
{
    /// <summary>What the name of a file that is still being written begins with.</summary>
    public const string TemporaryPrefix = ".tmp-";

    // Links are not followed: a loop would never end, and what lies outside is not the store's.
    private static readonly EnumerationOptions Options = new()
    {
        AttributesToSkip = OperatingSystem.IsWindows() ? 0 : FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
    };

    /// <summary>The files whose keys begin with a prefix; only directories that can hold such are opened.</summary>
    public static IEnumerable<ObjectInfo> Objects(string root, string prefix)
    {
        int slash = prefix.LastIndexOf('/');
        if (slash < 0)
        {
            return Objects(root, "", prefix);
        }

        // Not a key means that nothing can be below it; a prefix of ".." must not lead out of the store.
        string parent = prefix[..slash];
        return ObjectKey.IsValid(parent) && !HasLink(root, parent)
            ? Objects(Path.Join(root, parent), prefix[..(slash + 1)], prefix[(slash + 1)..])
            : [];
    }

    /// <summary>The paths of the temporaries in one directory.</summary>
    public static IEnumerable<string> Temporaries(string directory) =>
        Names(directory, TemporaryPrefix).Where(name => !name.EndsWith('/')).Select(name => Path.Join(directory, name));

    private static IEnumerable<ObjectInfo> Objects(string directory, string keyPrefix, string namePrefix)
    {
        foreach (string name in Names(directory, namePrefix))
        {
            if (name.EndsWith('/'))
            {
                foreach (ObjectInfo info in Objects(Path.Join(directory, name.AsSpan(0, name.Length - 1)), keyPrefix + name, ""))
                {
                    yield return info;
                }
            }
            else if (!IsTemporary(name) && ObjectKey.IsValid(keyPrefix + name) && Length(Path.Join(directory, name)) is long length)
            {
                yield return new(new(keyPrefix + name), length);
            }
        }
    }

    /// <summary>
    /// The names in one directory; a directory's ends in a slash, as it does in the keys below it, so that it sorts
    /// between <c>a.b</c> and <c>a0</c> and the order of names is the order of keys.
    /// </summary>
    private static List<string> Names(string directory, string namePrefix)
    {
        List<string> names = [];
        try
        {
            names.AddRange(new FileSystemEnumerable<string>(
                directory,
                static (ref FileSystemEntry entry) => entry.IsDirectory ? string.Concat(entry.FileName, "/") : entry.FileName.ToString(),
                Options)
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                    entry.FileName.StartsWith(namePrefix, StringComparison.Ordinal) && !IsWindowsLink(ref entry),
            });
        }
        catch (DirectoryNotFoundException)
        {
            return []; // Nothing has been written there yet.
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static long? Length(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // Deleted since its name was read.
        }
    }

    private static bool IsTemporary(string name) => name.StartsWith(TemporaryPrefix, StringComparison.Ordinal);

    private static bool HasLink(string root, string parent)
    {
        for (int end = parent.IndexOf('/'); ; end = parent.IndexOf('/', end + 1))
        {
            if (new DirectoryInfo(Path.Join(root, end < 0 ? parent : parent.AsSpan(0, end))).LinkTarget is not null)
            {
                return true;
            }

            if (end < 0)
            {
                return false;
            }
        }
    }

    // On Windows deduplicated and cloud files are reparse points too, and are no links.
    private static bool IsWindowsLink(ref FileSystemEntry entry) =>
        OperatingSystem.IsWindows() && (entry.Attributes & FileAttributes.ReparsePoint) != 0 && entry.ToFileSystemInfo().LinkTarget is not null;
}
