using System.ComponentModel;
using Versioning.Storage;

namespace Versioning.Files;

/// <summary>What stands in the way of a write, each with its path.</summary>
internal static class TargetErrors
{
    public static ConflictException Exists(ReadOnlySpan<byte> path) => new(
        "file_exists",
        $"Something else is already at '{PathText.Show(path)}'.",
        "Move it away, fetch into an empty folder, or allow replacing.");

    public static ConflictException Blocked(ReadOnlySpan<byte> path) => new(
        "path_blocked",
        $"'{PathText.Show(path)}' is a file or a symbolic link where a folder is needed; nothing is written through it.",
        "Move it away, or fetch into an empty folder.");

    public static ConflictException NotFile(ReadOnlySpan<byte> path) => new(
        "not_a_file", $"'{PathText.Show(path)}' is not a file.", "Move it away, or fetch into an empty folder.");

    /// <summary>The exception to throw instead of what the disk said of a write; null for what is not the target's.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="root">The target.</param>
    /// <param name="path">What was to be written there; empty: the target itself.</param>
    public static VersioningException? Translate(Exception error, string root, ReadOnlySpan<byte> path)
    {
        // What .NET says where a disk can't hold a file of that length, as FAT one of 4 GiB.
        bool isTooLong = error is ArgumentOutOfRangeException;

        // The first three are about what is copied from: it may be had elsewhere.
        if (error is FileNotFoundException or DirectoryNotFoundException or EndOfStreamException || !(isTooLong || error is IOException or UnauthorizedAccessException))
        {
            return null;
        }

        string where = path.IsEmpty ? $"'{root}'" : $"'{PathText.Show(path)}' in '{root}'";
        string cause = isTooLong ? "the file is longer than its file system takes" : error.InnerException is Win32Exception inner ? inner.Message : error.Message;
        return error is IOException io && DiskErrors.IsDiskFull(io)
            ? new VersioningException(
                DiskErrors.DiskFull, $"Can't write {where}: {DiskErrors.NoSpaceLeft}", "Free some space there, then do the same again; files that are whole already are not written again.", error)
            : new VersioningException(
                "target_unwritable", $"Can't write {where}: {cause.TrimEnd('.')}.", "Check its permissions, and that its disk is there and writable.", error);
    }

    /// <summary>Writes, and says of what the disk says against it what it was about.</summary>
    public static T Told<T>(string root, byte[] path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (Translate(e, root, path) is { } told)
        {
            throw told;
        }
    }

    /// <summary>The same.</summary>
    public static void Told(string root, byte[] path, Action write) => Told(root, path, () =>
    {
        write();
        return true;
    });

    public static VersioningException Reserved(ReadOnlySpan<byte> path) => new(
        "path_not_allowed", $"The path '{PathText.Show(path)}' can't be written: names like that are removed as unfinished files.", "Fetch with patterns that leave it out.");
}
