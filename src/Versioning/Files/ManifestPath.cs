namespace Versioning.Files;

/// <summary>Which paths of a manifest may be written to a folder: manifests are not trusted.</summary>
internal static class ManifestPath
{
    /// <summary>Refuses a path that could leave the folder or that the platform can't hold.</summary>
    public static void Validate(ReadOnlySpan<byte> path, bool windowsRules)
    {
        string? reason = Reason(path, windowsRules);
        if (reason is not null)
        {
            throw new VersioningException(
                "path_not_allowed",
                $"The path '{PathText.Show(path)}' can't be written: {reason}.",
                "Fetch with patterns that leave it out, or commit it under another name.");
        }
    }

    /// <summary>Whether git would look there on some disk. A commit takes none, so a manifest that has one was made to attack: a hook would run on the next git command.</summary>
    public static bool IsGitFolder(ReadOnlySpan<byte> segment) =>
        segment.Length == 4 && segment[0] == (byte)'.' && System.Text.Ascii.EqualsIgnoreCase(segment[1..], "git"u8);

    private static string? Reason(ReadOnlySpan<byte> path, bool windowsRules)
    {
        if (path.IsEmpty)
        {
            return "it is empty";
        }

        if (path.Contains((byte)0))
        {
            return "it contains a zero byte";
        }

        if (path[0] == (byte)'/')
        {
            return "it is absolute";
        }

        if (!PathText.IsUtf8(path))
        {
            return "it is not valid UTF-8";
        }

        foreach (Range range in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> segment = path[range];
            if (segment.IsEmpty)
            {
                return "it has an empty segment";
            }

            if (segment.SequenceEqual("."u8) || segment.SequenceEqual(".."u8))
            {
                return "it has a segment '.' or '..'";
            }

            if (IsGitFolder(segment))
            {
                return "it would write into a git folder, where files are run";
            }

            if (windowsRules && WindowsName.Reason(segment) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }
}
