namespace Versioning.Files;

/// <summary>Which targets a symbolic link of a version may have.</summary>
internal static class LinkTarget
{
    /// <summary>Whether a link at this path keeps inside the folder, whatever other links the folder holds.</summary>
    /// <remarks>
    /// '..' is accepted only before the first name: there every folder is the link's own real parent. After a name it
    /// would start from wherever another link leads, so two harmless looking links could lead out together.
    /// </remarks>
    public static bool StaysInside(ReadOnlySpan<byte> linkPath, ReadOnlySpan<byte> target)
    {
        if (target.IsEmpty || target[0] == (byte)'/' || target.Contains((byte)0))
        {
            return false;
        }

        int depth = linkPath.Count((byte)'/');
        bool named = false;
        foreach (Range range in target.Split((byte)'/'))
        {
            ReadOnlySpan<byte> segment = target[range];
            if (segment.SequenceEqual(".."u8))
            {
                if (named || --depth < 0)
                {
                    return false;
                }
            }
            else
            {
                named |= !segment.IsEmpty && !segment.SequenceEqual("."u8);
            }
        }

        return true;
    }

    public static VersioningException Leaves(ReadOnlySpan<byte> linkPath, ReadOnlySpan<byte> target) => new(
        "link_leaves_folder",
        $"The symbolic link '{PathText.Show(linkPath)}' points to '{PathText.Show(target)}', which is outside of the folder or may lead there.",
        "Use a relative target inside the folder with '..' only at its start, replace the link by a copy, or leave it out with a pattern in .versignore.");
}
