using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Versioning.Files;

namespace Versioning.Workspaces;

/// <summary>Which version was live last on this machine for one reference of one store. A hint: without it a process can't start while the store is away.</summary>
internal sealed class LiveNote(string cacheDirectory, string location, ArtifactReference reference)
{
    /// <summary>Their folder in the machine's cache.</summary>
    internal const string FolderName = "live";

    private readonly string _path = Path.Join(cacheDirectory, FolderName, XxHash128.HashToUInt128(Encoding.UTF8.GetBytes($"{location}\n{reference}")).ToString("x32", CultureInfo.InvariantCulture));

    internal PinnedVersion? Read()
    {
        try
        {
            return LockFile.Read(_path).Pins is [var last, ..] ? last : null;
        }
        catch (Exception e) when (e is VersioningException || FileCache.IsHarmless(e))
        {
            return null;
        }
    }

    internal void Write(PinnedVersion version)
    {
        try
        {
            CacheDirectory.Make(cacheDirectory);
            CacheDirectory.Make(Path.GetDirectoryName(_path)!);
            if (Read() is null)
            {
                File.Delete(_path);
            }

            LockFile.Read(_path).Only([]).With(version with { Requested = version.Pin }).Write();
        }
        catch (Exception e) when (e is VersioningException || FileCache.IsHarmless(e))
        {
            // The next start needs the store.
        }
    }
}
