using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Versioning.MSBuild;

/// <summary>Which pins have to be restored: something else is wanted than last time, or a file is not as it was then.</summary>
public sealed class FindChangedPins : Microsoft.Build.Utilities.Task
{
    /// <summary>The pins that the project names.</summary>
    [Required]
    public ITaskItem[] Pins { get; set; } = [];

    /// <summary>The folder below obj in which each pin has its own, with a slash at its end.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>The files that say which versions are wanted.</summary>
    public ITaskItem[] WantedFiles { get; set; } = [];

    /// <summary>How files are to be linked.</summary>
    public string Link { get; set; } = "";

    /// <summary>All that the files of a pin depend on, as text.</summary>
    [Output]
    public string Wanted { get; set; } = "";

    /// <summary>The pins to restore, each with its <c>Folder</c>.</summary>
    [Output]
    public ITaskItem[] Changed { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        Wanted = Describe();
        List<ITaskItem> changed = [];
        foreach (ITaskItem item in Pins)
        {
            var pin = new Pin(item, Folder);
            if (!pin.Folder.IsAsNoted(Wanted))
            {
                var one = new TaskItem(item);
                one.SetMetadata(nameof(Folder), Escaped.Of(pin.Path));
                changed.Add(one);
            }
        }

        Changed = [.. changed];
        return true;
    }

    private string Describe()
    {
        var text = new StringBuilder(Link);
        foreach (ITaskItem file in WantedFiles)
        {
            text.Append('\n').Append(file.ItemSpec).Append('\n').Append(File.Exists(file.ItemSpec) ? File.ReadAllText(file.ItemSpec) : "");
        }

        return text.ToString();
    }
}
