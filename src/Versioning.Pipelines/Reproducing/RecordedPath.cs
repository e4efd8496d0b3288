using System.Text;
using Versioning.Files;

namespace Versioning.Pipelines.Reproducing;

/// <summary>Paths that were recorded by whomever: they may only lead into the folder that the run is made again in.</summary>
internal static class RecordedPath
{
    /// <summary>The full path.</summary>
    /// <param name="root">The top of the code.</param>
    /// <param name="path">From there; empty: the top itself.</param>
    /// <param name="what">What lies there, for the error.</param>
    /// <param name="option">The option that says it instead, or null.</param>
    /// <exception cref="VersioningException">It leads elsewhere.</exception>
    internal static string Full(string root, string path, string what, string? option)
    {
        try
        {
            if (path.Length > 0)
            {
                ManifestPath.Validate(Encoding.UTF8.GetBytes(path), OperatingSystem.IsWindows());
            }
        }
        catch (VersioningException)
        {
            throw new VersioningException(
                "path_not_allowed",
                $"The recorded path of {what}, '{PathText.Show(Encoding.UTF8.GetBytes(path))}', does not lie in the code.",
                option is null ? "Something else than this software recorded the run." : $"Something else than this software recorded the run. Say with {option} where it lies.");
        }

        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Join(root, path)));
    }

    /// <summary>Refuses a place that is reached through a link: what is written there would go elsewhere.</summary>
    internal static void RequireNoLinks(string root, string full, string what)
    {
        for (string? at = full; at is not null && at.Length > root.Length; at = Path.GetDirectoryName(at))
        {
            if (new FileInfo(at).LinkTarget is not null)
            {
                throw new ConflictException("path_blocked", $"'{at}' is a link, so {what} is not written through it.", "It would lie outside of the folder. Of an input, say with --input where it goes.");
            }
        }
    }
}
