using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Versioning.Files;

namespace Versioning.Workspaces;

/// <summary>Which versions were restored into a workspace on this machine: their files may give way to others'. A hint; without it they are conflicts.</summary>
internal sealed class RestoredLock(string cacheDirectory, string root)
{
    /// <summary>Their folder in the machine's cache.</summary>
    internal const string FolderName = "workspaces";

    private readonly string _path = Path.Join(cacheDirectory, FolderName, XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))).ToString("x32", CultureInfo.InvariantCulture));

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
            CacheDirectory.Make(cacheDirectory);
            CacheDirectory.Make(Path.GetDirectoryName(_path)!);
            LockFile before = Read();
            before.With(pin).Write();
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // The next version finds its files in the way.
        }
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
