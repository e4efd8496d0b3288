using Versioning.Files;
using Versioning.Workspaces;

namespace Versioning.Pipelines.Reproducing;

/// <summary>Tells where a command that is about to run by itself finds and leaves things, as seen from the top of its code.</summary>
internal static class RecordedCommand
{
    /// <summary>What can be told of a command by itself.</summary>
    /// <param name="options">The command.</param>
    /// <param name="folder">Its working directory.</param>
    internal static RecordedStage Describe(RunCommandOptions options, string folder)
    {
        IEnumerable<RecordedOutput> outputs = options.Outputs.Select(output => new RecordedOutput(output.Key, Path.GetFullPath(output.Value, folder)));
        string? metrics = options.Metrics is null ? null : Path.GetFullPath(options.Metrics, folder);
        return Describe(options.Start.RecordCode ? options.Start.Folder ?? folder : null, folder, [.. Pins(options, folder)], [.. outputs], metrics, null);
    }

    /// <summary>What can be told, before the command runs. What lies beside the code is left out: nobody else has it there.</summary>
    /// <param name="code">The folder whose code is recorded; null: none is.</param>
    /// <param name="folder">The working directory.</param>
    /// <param name="inputs">The inputs, with full paths.</param>
    /// <param name="outputs">The outputs, with full paths.</param>
    /// <param name="metrics">The full path of the metrics, or null.</param>
    /// <param name="parameters">What it is given as <c>VERS_PARAMETERS</c>, or null.</param>
    internal static RecordedStage Describe(string? code, string folder, IReadOnlyList<RecordedInput> inputs, IReadOnlyList<RecordedOutput> outputs, string? metrics, string? parameters)
    {
        string? prefix = code is null ? "" : Prefix(folder, code);
        return prefix is null
            ? RecordedStage.None
            : new RecordedStage
            {
                Folder = prefix,
                Inputs = [.. inputs.Select(input => input.Path is null ? input : input with { Path = FromTop(folder, prefix, input.Path) }).Where(input => input.Path is { Length: > 0 } || input.At is not null)],
                Outputs = [.. from output in outputs let path = FromTop(folder, prefix, output.Path) where path is { Length: > 0 } select output with { Path = path, Card = output.Card is null ? null : FromTop(folder, prefix, output.Card) }],
                Folders = [.. outputs.Select(output => output.Path).Append(metrics).OfType<string>().Select(path => FromTop(folder, prefix, Present(path))).Where(path => path is { Length: > 0 }).Distinct()!],
                Metrics = metrics is null ? null : FromTop(folder, prefix, metrics),
                Parameters = parameters,
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

    /// <summary>The folder itself, or the nearest one above that is there.</summary>
    private static string Present(string path)
    {
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } above)
        {
            path = above;
        }

        return path;
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
            return file.Pins.Where(pin => pin.Path is not null && inputs.Contains(pin.Artifact)).Select(pin => new RecordedInput(pin.Artifact, Path.Join(file.Root, pin.Path), pin.Include));
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
