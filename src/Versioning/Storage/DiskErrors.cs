namespace Versioning.Storage;

/// <summary>Says what an error of the file system means for a store and what to do about it.</summary>
internal static class DiskErrors
{
    /// <summary>The code of that error, wherever the disk is.</summary>
    internal const string DiskFull = "disk_full";

    /// <summary>What its message says.</summary>
    internal const string NoSpaceLeft = "no space is left, or a quota is used up.";

    // errno on Unix, HRESULT of a Win32 code on Windows: what IOException.HResult holds.
    private const int NotFound = 2, TooManyFilesInSystem = 23, TooManyFiles = 24, NoSpace = 28;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027), WindowsDiskFull = unchecked((int)0x80070070);

    private static int QuotaExceeded => OperatingSystem.IsLinux() ? 122 : 69;

    /// <summary>The exception to throw instead, or null for what is not the file system's.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="name">The key or the prefix that it was about.</param>
    /// <param name="location">The store.</param>
    public static StoreUnavailableException? Translate(Exception error, string name, string location)
    {
        string where = name.Length == 0 ? location : $"'{name}' in {location}";
        return error switch
        {
            PlatformFiles.LinksUnsupportedException => new(
                "links_unsupported",
                $"{where}: this file system has no hard links, and without them two writers could both believe that they wrote the same object.",
                "Put the store on a file system with hard links (ext4, XFS, Btrfs, APFS, NTFS, NFS), or use an object store.",
                error),
            DurableDirectories.NotADirectoryException => new(
                "not_a_directory", $"{where}: {error.Message}", "Something other than this library made it: move it away.", error),
            DurableDirectories.VanishedException => new(
                "store_vanished", $"{where}: {error.Message}", "Check that its disk or share is mounted, then do the same again; nothing was written elsewhere.", error),
            UnauthorizedAccessException => new(
                "access_denied", $"{where}: {error.Message}", "Give the user of this process the right to read and write the directory.", error),
            IOException io when IsDiskFull(io) => new(
                DiskFull, $"{where}: {NoSpaceLeft}", "Free some space, then do the same again; nothing was damaged.", error),
            IOException io => new(
                "store_unavailable", $"{where}: {error.Message}", "Check that the disk or share is there and is writable.", error, IsTransient(io)),
            _ => null,
        };
    }

    /// <summary>Whether no space is left, or a quota is used up.</summary>
    internal static bool IsDiskFull(IOException error) => OperatingSystem.IsWindows()
        ? error.HResult is WindowsDiskFull or WindowsHandleDiskFull
        : error.HResult == NoSpace || error.HResult == QuotaExceeded;

    // A directory or temporary that someone removed meanwhile is made again by the next attempt.
    private static bool IsTransient(IOException error) => error is DirectoryNotFoundException || (OperatingSystem.IsWindows()
        ? error.HResult == WindowsSharingViolation
        : error.HResult is NotFound or TooManyFiles or TooManyFilesInSystem);
}
