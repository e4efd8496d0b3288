namespace Versioning.MSBuild;

/// <summary>The time of a file's last write, which tells its states apart: one from the machine's cache has a time that depends on its content.</summary>
internal static class FileTime
{
    /// <summary>0 where the file is missing, or is a link to what is missing.</summary>
    internal static long Of(string path) => File.Exists(path) ? File.GetLastWriteTimeUtc(path).Ticks : 0;
}
