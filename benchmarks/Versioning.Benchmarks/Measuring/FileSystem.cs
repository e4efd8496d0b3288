namespace Versioning.Benchmarks.Measuring;

internal static class FileSystem
{
    /// <summary>The kind of file system that a folder is on, as stat(1) calls it.</summary>
    public static string Of(string folder) => Shell.Output("stat", "-f", "-c", "%T", folder).Trim();
}
