using System.Text;

namespace Versioning.MSBuild;

/// <summary>
/// The folder below obj that a pin has: <c>files/</c>, the <c>list</c> of their paths that the tool wrote, and a
/// <c>stamp</c>: what time each file had when it had been restored, and what was wanted.
/// </summary>
/// <param name="folder">The folder, with a slash at its end.</param>
/// <param name="name">The name of the pin.</param>
internal sealed class PinFolder(string folder, string name)
{
    // The number says how it is written.
    private const string Format = "\n2\n";

    private readonly string _stamp = folder + "stamp", _list = folder + "list", _files = folder + "files/" + name + "/";

    /// <summary>Whether the same is wanted as before, and each file is as it was noted.</summary>
    internal bool IsAsNoted(string wanted)
    {
        string noted = ReadStamp(), end = Format + wanted;
        if (!noted.EndsWith(end, StringComparison.Ordinal))
        {
            return false;
        }

        int position = 0;
        while (TimedPaths.TryNext(noted, ref position, out long time, out string path))
        {
            if (FileTime.Of(_files + path) != time)
            {
                return false;
            }
        }

        return position == noted.Length - end.Length;
    }

    /// <summary>Notes what the tool has restored.</summary>
    /// <returns>False where a file has a name that a build can't take.</returns>
    internal bool Note(string wanted)
    {
        var text = new StringBuilder();
        foreach (string path in File.ReadAllLines(_list))
        {
            string file = _files + path;
            // MSBuild takes a backslash for a slash, and blanks off the end.
            if (!File.Exists(file) || path.IndexOf('\\') >= 0 || char.IsWhiteSpace(path[path.Length - 1]))
            {
                return false;
            }

            TimedPaths.Append(text, FileTime.Of(file), path);
        }

        File.WriteAllText(_stamp, text.Append(Format).Append(wanted).ToString());
        return true;
    }

    /// <summary>The files as they were noted.</summary>
    internal IEnumerable<RestoredFile> Files()
    {
        string noted = ReadStamp();
        int position = 0;
        while (TimedPaths.TryNext(noted, ref position, out long time, out string path))
        {
            yield return new RestoredFile(_files, path, time);
        }
    }

    private string ReadStamp() => File.Exists(_stamp) ? File.ReadAllText(_stamp) : "";
}
