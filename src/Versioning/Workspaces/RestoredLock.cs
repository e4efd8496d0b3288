using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Versioning.Files;

namespace Versioning.Workspaces;

/// <summary>Which versions were restored into a workspace on this machine: their files may give way to others'. A hint; without it they are conflicts.</summary>
internal sealed class RestoredLock(string cacheDirectory, string root)
{
    /// <summary>Their folder in the machine's cache.</summary>
    internal const string FolderName = "workspaces";

    private const string LockSuffix = ".lock", BegunSuffix = ".begun";

    private readonly string _path = Path.Join(cacheDirectory, FolderName, XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))).ToString("x32", CultureInfo.InvariantCulture));

    /// <summary>
    /// Lets one restore at a time of this machine write into the workspace, until the handle is disposed: another one would
    /// take half of what this one has written for somebody's work. Null: there is no place for the lock.
    /// </summary>
    internal async Task<SafeFileHandle?> HoldAsync(CancellationToken cancellationToken)
    {
        try
        {
            MakeFolder();
            return await FileLock.WaitAsync(() => FileLock.TryOpen(_path + LockSuffix, FileShare.None), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            return null;
        }
    }

    internal PinnedVersion? Find(string name)
    {
        try
        {
            return LockFile.Read(_path).Find(name);
        }
        catch (Exception e) when (e is VersioningException || FileCache.IsHarmless(e))
        {
            return null;
        }
    }

    /// <summary>All versions that may have files there: the one that was restored last, and those of restores behind it that did not get to the end.</summary>
    internal IReadOnlyList<PinnedVersion> FindAll(string name)
    {
        IEnumerable<PinnedVersion> begun = [];
        try
        {
            begun = LockFile.Read(_path + BegunSuffix).Pins.Where(pin => pin.Name.StartsWith(BegunPrefix(name), StringComparison.Ordinal)).Select(pin => pin with { Name = name });
        }
        catch (Exception e) when (e is VersioningException || FileCache.IsHarmless(e))
        {
            // Then nothing is known of them.
        }

        return Find(name) is { } last ? [last, .. begun.Where(pin => pin.Pin != last.Pin)] : [.. begun];
    }

    /// <summary>Takes note of a version before the first of its files is written.</summary>
    internal void Begin(PinnedVersion pin)
    {
        if (!FindAll(pin.Name).Any(known => known.Pin == pin.Pin))
        {
            Write(_path + BegunSuffix, begun => begun.With(pin with { Name = BegunPrefix(pin.Name) + pin.Pin.Digest.ToHex() }));
        }
    }

    /// <summary>Takes note that a version, and no other, is there.</summary>
    internal void Set(PinnedVersion pin)
    {
        Write(_path, restored => restored.With(pin));
        if (File.Exists(_path + BegunSuffix))
        {
            string prefix = BegunPrefix(pin.Name);
            Write(_path + BegunSuffix, begun => begun.Only(begun.Pins.Select(other => other.Name).Where(name => !name.StartsWith(prefix, StringComparison.Ordinal))));
        }
    }

    // Several of one pin, and as long as names may be.
    private static string BegunPrefix(string name) => XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(name)).ToString("x32", CultureInfo.InvariantCulture) + "/";

    private void Write(string path, Func<LockFile, LockFile> change)
    {
        try
        {
            MakeFolder();
            LockFile changed = change(Read(path));
            if (changed.Pins.Count > 0)
            {
                changed.Write();
            }
            else
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // The next version finds its files in the way.
        }
    }

    private void MakeFolder()
    {
        CacheDirectory.Make(cacheDirectory);
        CacheDirectory.Make(Path.GetDirectoryName(_path)!);
    }

    private static LockFile Read(string path)
    {
        try
        {
            return LockFile.Read(path);
        }
        catch (VersioningException)
        {
            File.Delete(path);
            return LockFile.Read(path);
        }
    }
}
