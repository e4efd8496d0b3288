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

    private const string LockSuffix = ".lock";

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

    internal void Set(PinnedVersion pin)
    {
        try
        {
            MakeFolder();
            LockFile before = Read();
            before.With(pin).Write();
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

    private LockFile Read()
    {
        try
        {
            return LockFile.Read(_path);
        }
        catch (VersioningException)
        {
            File.Delete(_path);
            return LockFile.Read(_path);
        }
    }
}
