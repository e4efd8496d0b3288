using System.Text;

namespace Versioning.MSBuild;

/// <summary>What a build put into its output folder, so that a later one, or clean, takes away what is not wanted there any more.</summary>
/// <param name="file">The file that has it.</param>
/// <remarks>MSBuild's own list of what was written costs each build several times as much.</remarks>
internal sealed class OutputNote(string file)
{
    private readonly string _noted = File.Exists(file) ? File.ReadAllText(file) : "";

    /// <summary>Notes what is wanted now, and removes what no longer is.</summary>
    /// <param name="folder">The output folder; others are not looked at.</param>
    /// <param name="wanted">The files by the places where they are wanted.</param>
    /// <param name="evenChanged">Whether to remove that too in whose place somebody has put something else since.</param>
    internal void Change(string folder, IReadOnlyDictionary<string, RestoredFile> wanted, bool evenChanged)
    {
        if (IsOf(wanted))
        {
            return;
        }

        int position = 0;
        while (TimedPaths.TryNext(_noted, ref position, out long time, out string path))
        {
            if (!wanted.ContainsKey(path) && path.StartsWith(folder, StringComparison.Ordinal) && (evenChanged || FileTime.Of(path) == time))
            {
                File.Delete(path);
            }
        }

        var text = new StringBuilder();
        foreach (KeyValuePair<string, RestoredFile> pair in wanted)
        {
            TimedPaths.Append(text, pair.Value.Time, pair.Key);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text.ToString());
    }

    private bool IsOf(IReadOnlyDictionary<string, RestoredFile> wanted)
    {
        int position = 0;
        foreach (KeyValuePair<string, RestoredFile> pair in wanted)
        {
            if (!TimedPaths.TrySkip(_noted, ref position, pair.Value.Time, pair.Key))
            {
                return false;
            }
        }

        return position == _noted.Length;
    }
}
