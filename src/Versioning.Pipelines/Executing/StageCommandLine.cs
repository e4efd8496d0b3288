using System.Buffers;
using Versioning.Pipelines.Defining;
using Versioning.Pipelines.Planning;
using Program = Versioning.Pipelines.Running.Program;

namespace Versioning.Pipelines.Executing;

/// <summary>The command of a stage with everything put in.</summary>
internal static class StageCommandLine
{
    /// <summary>Has the parameters as one JSON object.</summary>
    internal const string ParametersVariable = "VERS_PARAMETERS";

    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/\\:+=,@");

    /// <param name="plan">The stage.</param>
    /// <param name="root">The workspace.</param>
    /// <param name="cached">Full paths of inputs in this machine's cache, by name.</param>
    internal static Program Of(StagePlan plan, string root, IReadOnlyDictionary<string, string> cached)
    {
        StageDefinition stage = plan.Instance.Stage;
        string folder = Path.Join(root, stage.Folder);
        var inputs = plan.Inputs.ToDictionary(input => input.Input.Name, input => input.Path is { } path ? From(folder, root, path) : cached[input.Input.Name], StringComparer.Ordinal);
        var outputs = stage.Outputs.ToDictionary(output => output.Artifact, output => From(folder, root, output.Path), StringComparer.Ordinal);
        IReadOnlyDictionary<string, string> parameters = plan.Instance.Parameters;
        string[] command = stage.Command.Shell is { } line
            ? Shell(Placeholders.Fill(line, parameters, inputs, outputs, value => Quote(stage, value)))
            : [.. stage.Command.Arguments.Select(argument => Placeholders.Fill(argument, parameters, inputs, outputs))];
        return new Program(command, folder, new Dictionary<string, string> { [ParametersVariable] = ParameterText.Json(parameters) });
    }

    private static string[] Shell(string line) => OperatingSystem.IsWindows() ? ["cmd.exe", "/d", "/c", line] : ["/bin/sh", "-c", line];

    private static string From(string folder, string root, string path) => Path.GetRelativePath(folder, Path.Join(root, path)).Replace('\\', '/');

    /// <summary>A value is one word for the shell, whatever it holds.</summary>
    private static string Quote(StageDefinition stage, string value)
    {
        if (value.Length > 0 && !value.AsSpan().ContainsAnyExcept(Plain))
        {
            return value;
        }

        return OperatingSystem.IsWindows()
            ? throw new VersioningException("invalid_pipeline", $"Stage '{stage.Name}' would hand '{value}' to the shell, which can't be quoted safely here.", $"Use 'command' instead of 'shell', or read {ParametersVariable}.")
            : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
