using Microsoft.Build.Framework;

namespace Versioning.MSBuild;

/// <summary>Links restored files into a folder, as far as they are not there yet.</summary>
public sealed class LinkFiles : Microsoft.Build.Utilities.Task
{
    /// <summary>The folder, with a slash at its end.</summary>
    [Required]
    public string Target { get; set; } = "";

    /// <summary>Files that go there, of which those that were restored, for this project or another, are linked.</summary>
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>The metadata that has a file's path in the folder.</summary>
    public string PathMetadata { get; set; } = Pin.TargetPath;

    /// <summary>The pins of this project, whose files count where two get the same path.</summary>
    public ITaskItem[] Pins { get; set; } = [];

    /// <summary>The folder below obj in which each pin has its own, with a slash at its end.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The file in which it is noted what was linked, so that what is no longer among the files is removed; empty for none.</summary>
    public string Note { get; set; } = "";

    /// <summary>Whether that is removed even where it was changed since.</summary>
    public bool RemoveChanged { get; set; }

    /// <summary>Those of the files that were restored.</summary>
    [Output]
    public ITaskItem[] Restored { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        string at = Target = Path.GetFullPath(Target);
        try
        {
            Dictionary<string, RestoredFile> wanted = FindWanted();
            if (Note.Length > 0)
            {
                new OutputNote(Note).Change(Target, wanted, RemoveChanged);
            }

            foreach (KeyValuePair<string, RestoredFile> pair in wanted)
            {
                at = pair.Key;
                if (FileTime.Of(at) != pair.Value.Time)
                {
                    Link(pair.Value.Place, at);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.LogError(null, "VERS0001", null, at, 0, 0, 0, 0, "{0}", e.Message);
        }

        return !Log.HasLoggedErrors;
    }

    private Dictionary<string, RestoredFile> FindWanted()
    {
        var wanted = new Dictionary<string, RestoredFile>(Path.DirectorySeparatorChar == '\\' ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        List<ITaskItem> restored = [];
        foreach (ITaskItem file in Files)
        {
            // All that is known of those of other projects.
            string place = file.ItemSpec;
            if (place.Replace('\\', '/').Contains("/.versioned/"))
            {
                restored.Add(file);
                wanted[Target + file.GetMetadata(PathMetadata)] = new RestoredFile("", place, FileTime.Of(place));
            }
        }

        foreach (ITaskItem item in Pins)
        {
            var pin = new Pin(item, Folder);
            if (pin.ToOutput != Pin.Never)
            {
                string folder = Target + pin.Target;
                foreach (RestoredFile file in pin.Folder.Files())
                {
                    wanted[folder + file.Path] = file;
                }
            }
        }

        Restored = [.. restored];
        return wanted;
    }

    private static void Link(string file, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(name)!);
        File.Delete(name);
        if (!HardLink.TryCreate(file, name))
        {
            File.Copy(file, name);
        }
    }
}
