namespace Versioning.Pipelines.Running;

/// <summary>What is started: a program with its arguments, in a folder, with variables beside those of this process.</summary>
internal sealed record Program(IReadOnlyList<string> Command, string Folder, IReadOnlyDictionary<string, string> Variables);
