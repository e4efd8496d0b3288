using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Versioning.MSBuild;

/// <summary>The restored files as items, for whoever needs them one by one.</summary>
public sealed class ListRestoredFiles : Microsoft.Build.Utilities.Task
{
    /// <summary>The pins.</summary>
    [Required]
    public ITaskItem[] Pins { get; set; } = [];

    /// <summary>The folder below obj in which each pin has its own, with a slash at its end.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>Whether to list only what goes to the output, with no more metadata than projects hand on to each other.</summary>
    public bool ForOutput { get; set; }

    /// <summary>The files, with <c>TargetPath</c> and <c>CopyToOutputDirectory</c>, else also <c>CopyToPublishDirectory</c> and <c>Pin</c>.</summary>
    [Output]
    public ITaskItem[] Files { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        List<ITaskItem> files = [];
        foreach (ITaskItem item in Pins)
        {
            var pin = new Pin(item, Folder);
            string target = pin.Target, output = pin.ToOutput, publish = pin.ToPublish;
            if (ForOutput && output == Pin.Never)
            {
                continue;
            }

            foreach (RestoredFile restored in pin.Folder.Files())
            {
                var file = new TaskItem(Escaped.Of(restored.Place));
                file.SetMetadata(Pin.TargetPath, Escaped.Of(target + restored.Path));
                file.SetMetadata(Pin.Output, output);
                if (!ForOutput)
                {
                    file.SetMetadata(Pin.Publish, publish);
                    file.SetMetadata(nameof(Pin), pin.Name);
                }

                files.Add(file);
            }
        }

        Files = [.. files];
        return true;
    }
}
