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

    public static VersioningException Reserved(ReadOnlySpan<byte> path) => new(
        "path_not_allowed", $"The path '{PathText.Show(path)}' can't be written: names like that are removed as unfinished files.", "Fetch with patterns that leave it out.");
}
