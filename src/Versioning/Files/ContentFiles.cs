using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>What decides which files of the content cache go first.</summary>
internal static class ContentFiles
{
    internal static DateTime Used(FileInfo file) => file.LastAccessTimeUtc;

    /// <summary>A file that has another name is in some folder: removing it here would free nothing.</summary>
    internal static bool IsInUse(FileInfo file)
    {
        if (!Posix.IsSupported)
        {
            return false;
        }

        using SafeFileHandle handle = File.OpenHandle(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return PosixStat.TryRead(handle, out StatxRecord record) && record.Links > 1;
    }
}
