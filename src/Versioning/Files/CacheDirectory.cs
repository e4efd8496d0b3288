namespace Versioning.Files;

/// <summary>Where this machine keeps what can be computed again.</summary>
internal static class CacheDirectory
{
    /// <summary>VERSIONING_CACHE, or the platform's place for caches. Nothing is made.</summary>
    public static string Default()
    {
        if (Variable("VERSIONING_CACHE") is { } chosen)
        {
            return Path.GetFullPath(chosen);
        }

        if (OperatingSystem.IsWindows())
        {
            return Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "versioning", "cache");
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS())
        {
            return Path.Join(home, "Library", "Caches", "versioning");
        }

        // The XDG specification says to ignore a relative path here.
        return Variable("XDG_CACHE_HOME") is { } xdg && Path.IsPathFullyQualified(xdg)
            ? Path.Join(xdg, "versioning")
            : Path.Join(home, ".cache", "versioning");
    }

    /// <summary>Makes a folder of the cache for this user alone: names of files are nobody else's business.</summary>
    public static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
