namespace Versioning.Pipelines.Defining;

/// <summary>A stage as <c>versions.json</c> declares it.</summary>
/// <param name="Name">Its name; its runs are called so.</param>
/// <param name="Command">What it runs.</param>
/// <param name="Folder">Its working directory, relative to the workspace; empty: the workspace.</param>
/// <param name="Inputs">Versions that it reads.</param>
/// <param name="Files">Globs of the files of the workspace that it depends on: its code.</param>
/// <param name="Parameters">Its parameters, in ascending order of names.</param>
/// <param name="Matrix">Parameters with several values each: it runs once for each combination.</param>
/// <param name="Outputs">What it makes, in ascending order of artifacts.</param>
/// <param name="Metrics">The JSON file in which it leaves its metrics, relative to the workspace; or null.</param>
/// <param name="EnvironmentVariables">Variables to record, names or globs.</param>
internal sealed record StageDefinition(
    string Name,
    StageCommand Command,
    string Folder,
    IReadOnlyList<StageInput> Inputs,
    IReadOnlyList<string> Files,
    IReadOnlyList<StageParameter> Parameters,
    IReadOnlyList<MatrixAxis> Matrix,
    IReadOnlyList<StageOutput> Outputs,
    string? Metrics,
    IReadOnlyList<string> EnvironmentVariables);

/// <summary>A program and its arguments, or a line for the shell; both may hold placeholders.</summary>
internal sealed record StageCommand(IReadOnlyList<string> Arguments, string? Shell);

/// <summary>A version that a stage reads.</summary>
/// <param name="Name">What placeholders call it: the artifact, or the pin.</param>
/// <param name="IsPin">Whether it has to be the pin of that name.</param>
/// <param name="Version">Which version, where one is asked for; null: what a stage makes, the pin of that name, or the latest.</param>
/// <param name="Path">The folder in the workspace that it goes to; null: it stays where it is.</param>
/// <param name="Include">Globs of the paths that are wanted; empty: all.</param>
internal sealed record StageInput(string Name, bool IsPin, string? Version, string? Path, IReadOnlyList<string> Include);

/// <summary>A parameter: its value, or the file that has it under the parameter's name.</summary>
internal sealed record StageParameter(string Name, string? Value, string? File);

/// <summary>A parameter that takes several values.</summary>
internal sealed record MatrixAxis(string Name, IReadOnlyList<string> Values);

/// <summary>What a stage makes.</summary>
/// <param name="Artifact">The artifact.</param>
/// <param name="Path">The folder or file, relative to the workspace.</param>
/// <param name="IsFile">Whether it is one file.</param>
/// <param name="Kind">Dataset or model; null: as for a commit.</param>
/// <param name="Card">A Markdown file in the workspace that is the card of each version made; null: none.</param>
/// <param name="Alias">An alias that each version made gets; null: none.</param>
internal sealed record StageOutput(string Artifact, string Path, bool IsFile, ArtifactKind? Kind, string? Card, string? Alias);
