using Versioning.Files;
using Versioning.Workspaces;

namespace Versioning.Pipelines.Reproducing;

/// <summary>Tells where a command that is about to run by itself finds and leaves things, as seen from the top of its code.</summary>
internal static class RecordedCommand
{
    /// <summary>What can be told. What lies beside the code is left out: nobody else has it there.</summary>
    /// <param name="options">The command.</param>
    /// <param name="folder">Its working directory.</param>
    internal static RecordedStage Describe(RunCommandOptions options, string folder)
    {
        string? prefix = options.Start.RecordCode ? Prefix(folder, options.Start.Folder ?? folder) : "";
        return prefix is null
            ? RecordedStage.None
            : new RecordedStage
            {
                Folder = prefix,
                Inputs = [.. Pins(options, folder).Select(pin => pin with { Path = FromTop(folder, prefix, pin.Path!) }).Where(pin => pin.Path is { Length: > 0 })],
                Outputs = [.. from output in options.Outputs let path = FromTop(folder, prefix, output.Value) where path is { Length: > 0 } select new RecordedOutput(output.Key, path)],
                Metrics = options.Metrics is { } metrics ? FromTop(folder, prefix, metrics) : null,
            };
    }

    /// <summary>A path from the top of the code; null where it does not lie below it.</summary>
    /// <param name="folder">A folder of the code.</param>
    /// <param name="prefix">The same folder from the top.</param>
    /// <param name="path">A path from that folder, or a full one.</param>
    internal static string? FromTop(string folder, string prefix, string path)
    {
        string relative = Path.GetRelativePath(folder, Path.GetFullPath(path, folder));
        if (Path.IsPathRooted(relative))
        {
            return null;
        }

        var segments = new List<string>(prefix.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (string segment in relative.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Where(segment => segment is not ("" or ".")))
        {
            if (segment != "..")
            {
                segments.Add(segment);
            }
            else if (segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else
            {
                return null;
            }
        }

        return string.Join('/', segments);
    }

    /// <summary>The working directory from the top of the checkout whose code is recorded: empty without one, null where it is not in it.</summary>
    private static string? Prefix(string folder, string code)
    {
        string? top = Ask(code, "--show-toplevel");
        return top is null ? "" : Ask(folder, "--show-toplevel") == top ? Ask(folder, "--show-prefix")?.TrimEnd('/') : null;
    }

    private static IEnumerable<RecordedInput> Pins(RunCommandOptions options, string folder)
    {
        if (options.Start.Inputs.Count == 0 || WorkspaceFile.Find(folder) is not { } path)
        {
            return [];
        }

        try
        {
            var file = WorkspaceFile.Read(path);
            string[] inputs = [.. options.Start.Inputs.Select(input => ArtifactOf(input.ToString())).Distinct(StringComparer.Ordinal)];
            return file.Pins.Where(pin => inputs.Contains(pin.Artifact)).Select(pin => new RecordedInput(pin.Artifact, Path.Join(file.Root, pin.Path), pin.Include));
        }
        catch (VersioningException)
        {
            // Whoever reproduces the run says where the inputs go; the run itself does not need to know.
            return [];
        }
    }

    internal static string ArtifactOf(string reference) => reference.Split('@', '#')[0];

    private static string? Ask(string folder, string what)
    {
        string? answer = Directory.Exists(folder) ? GitProcess.Run(folder, "rev-parse", what) : null;
        return answer is null ? null : answer.EndsWith('\n') ? answer[..^1] : answer;
    }
}
