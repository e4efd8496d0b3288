using System.Globalization;

namespace Versioning.MSBuild;

/// <summary>What tells one state of a file from another without reading it.</summary>
internal static class FileState
{
    /// <summary>Time and length of a file; empty where it is missing, or is a link to what is missing.</summary>
    internal static string Of(string path)
    {
        var file = new FileInfo(path);
        return !file.Exists || ((file.Attributes & FileAttributes.ReparsePoint) != 0 && !File.Exists(path))
            ? ""
            : file.LastWriteTimeUtc.Ticks.ToString("x", CultureInfo.InvariantCulture) + " " + file.Length.ToString("x", CultureInfo.InvariantCulture);
    }
}
