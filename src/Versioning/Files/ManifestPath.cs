using System.Buffers;

namespace Versioning.Files;

/// <summary>Which paths of a manifest may become files here. Manifests are not trusted.</summary>
internal static class ManifestPath
{
    private static readonly SearchValues<char> WindowsForbidden =
        SearchValues.Create("\\:<>\"|?*" + string.Concat(Enumerable.Range(0, 32).Select(i => (char)i)));

    private static readonly HashSet<string> WindowsDevices = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"COM{i}", $"LPT{i}" })],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Throws where a path could leave its folder or can't be a file on this system.</summary>
    internal static void Validate(string path, bool windowsRules)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw Unsafe(path, "is empty or holds NUL");
        }

        foreach (Range range in path.AsSpan().Split('/'))
        {
            ReadOnlySpan<char> segment = path.AsSpan(range);
            if (segment.Length == 0 || segment is "." or "..")
            {
                throw Unsafe(path, "is absolute, or has empty, '.' or '..' segments");
            }

            if (windowsRules && !IsWindowsName(segment))
            {
                throw Unsafe(path, $"has a segment '{segment}' that Windows reserves");
            }
        }
    }

    /// <summary>Whether a link's target, taken from the link's folder, stays inside the tree.</summary>
    internal static bool StaysInside(string linkPath, string target)
    {
        if (target.Length == 0 || target[0] == '/' || target.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(target))
        {
            return false;
        }

        int depth = linkPath.Count(c => c == '/');
        foreach (Range range in target.AsSpan().Split('/'))
        {
            ReadOnlySpan<char> segment = target.AsSpan(range);
            depth += segment is "" or "." ? 0 : segment is ".." ? -1 : 1;
            if (depth < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsWindowsName(ReadOnlySpan<char> segment)
    {
        int dot = segment.IndexOf('.');
        string stem = (dot < 0 ? segment : segment[..dot]).TrimEnd(' ').ToString();
        return !segment.ContainsAny(WindowsForbidden) && segment[^1] is not ('.' or ' ') && !WindowsDevices.Contains(stem);
    }

    private static IntegrityException Unsafe(string path, string why) =>
        new("unsafe_path", $"The path '{path}' {why}; it is not written.", "The version was made by something else, or on a system with other rules.");
}
