using System.Text;

namespace Versioning.Capture;

/// <summary>Paths of files that stay, and what could not be where they are: a file in place of a folder, or a folder in place of a file.</summary>
internal sealed class PathTree
{
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    public void Add(ReadOnlySpan<byte> path)
    {
        string text = Encoding.Latin1.GetString(path);
        _files.Add(text);
        foreach (string folder in Folders(text))
        {
            _folders.Add(folder);
        }
    }

    /// <summary>Whether one of them keeps a new file from its place.</summary>
    public bool IsInTheWayOf(ReadOnlySpan<byte> path)
    {
        string text = Encoding.Latin1.GetString(path);
        return _folders.Contains(text) || (_files.Count > 0 && Folders(text).Any(_files.Contains));
    }

    private static IEnumerable<string> Folders(string path)
    {
        for (int slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            yield return path[..slash];
        }
    }
}
