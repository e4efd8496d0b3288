using Microsoft.Build.Framework;

namespace Versioning.MSBuild;

/// <summary>Notes how the files of pins are that were restored just now.</summary>
public sealed class NoteRestoredPins : Microsoft.Build.Utilities.Task
{
    /// <summary>The pins.</summary>
    [Required]
    public ITaskItem[] Pins { get; set; } = [];

    /// <summary>The folder below obj in which each pin has its own, with a slash at its end.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>What was wanted before they were restored.</summary>
    [Required]
    public string Wanted { get; set; } = "";

    /// <summary>The project, for errors.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        foreach (ITaskItem item in Pins)
        {
            var pin = new Pin(item, Folder);
            if (!pin.Folder.Note(Wanted))
            {
                Log.LogError(null, "VERS0009", null, Project, 0, 0, 0, 0, "Pin '{0}' has files whose names a build can't take: with a line break, a backslash or a blank at an end.", pin.Name);
            }
        }

        return !Log.HasLoggedErrors;
    }
}
