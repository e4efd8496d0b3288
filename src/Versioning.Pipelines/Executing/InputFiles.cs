using Versioning.Pipelines.Planning;

namespace Versioning.Pipelines.Executing;

/// <summary>The files of inputs that lie in the workspace, as they are before a command runs: it may write there.</summary>
internal sealed class InputFiles
{
    private readonly Dictionary<string, (string Input, FileLook Look)> _files = new(StringComparer.Ordinal);

    internal static InputFiles Of(StagePlan plan, string root)
    {
        var files = new InputFiles();
        foreach (StageInputVersion input in plan.Inputs.Where(input => input.Path is not null))
        {
            foreach (FoundFile file in FoundFile.In(Path.Join(root, input.Path)))
            {
                files._files[file.FullPath] = (input.Input.Name, FileLook.At(file.FullPath));
            }
        }

        return files;
    }

    /// <summary>What was put beside them is not looked at.</summary>
    /// <exception cref="ConflictException">One is another now, or gone.</exception>
    internal void RequireSame(string stage)
    {
        if (_files.FirstOrDefault(file => FileLook.At(file.Key) != file.Value.Look) is { Key: { } changed, Value.Input: var input })
        {
            throw new ConflictException("input_changed", $"'{changed}' of the input '{input}' was changed while stage '{stage}' ran: what it made does not come from the version that is recorded.", "Have it write elsewhere; with --overwrite the input is put back.");
        }
    }
}
