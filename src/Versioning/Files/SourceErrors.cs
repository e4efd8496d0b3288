namespace Versioning.Files;

/// <summary>What a walk refuses, each with the path that it is about.</summary>
internal static class SourceErrors
{
    public static VersioningException Unsupported(ReadOnlySpan<byte> path) => new(
        "unsupported_file",
        $"'{PathText.Show(path)}' is a device, socket or pipe; only files, folders and symbolic links have versions.",
        "Remove it, or leave it out with a pattern in .versignore.");

    public static VersioningException GitFolder(ReadOnlySpan<byte> path) => new(
        "path_not_allowed",
        $"'{PathText.Show(path)}' is git's own folder where case does not count, so no fetch would write it.",
        "Rename it, or leave it out with a pattern in .versignore.");

    public static VersioningException Unreadable(ReadOnlySpan<byte> path, Exception cause) => new(
        "source_unreadable",
        $"Can't read '{PathText.Show(path)}': {cause.Message}",
        "Check its permissions, or leave it out with a pattern in .versignore.",
        cause);

    public static VersioningException Changed(ReadOnlySpan<byte> path) => new(
        "file_changed",
        $"'{PathText.Show(path)}' was replaced or removed while the folder was read.",
        "Try again when nothing writes to the folder.");
}
