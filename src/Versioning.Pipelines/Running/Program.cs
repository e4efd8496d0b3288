namespace Versioning.Pipelines.Running;

/// <summary>What is started: a program with its arguments, in a folder, with variables beside those of this process.</summary>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Folder">Its working directory.</param>
/// <param name="Variables">The variables.</param>
/// <param name="Reads">Whether it has the standard input of this process; otherwise there is nothing to read.</param>
internal sealed record Program(IReadOnlyList<string> Command, string Folder, IReadOnlyDictionary<string, string> Variables, bool Reads = false);
