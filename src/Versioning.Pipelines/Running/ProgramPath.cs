namespace Versioning.Pipelines.Running;

/// <summary>Which program a command means that runs in another folder than this process.</summary>
internal static class ProgramPath
{
    /// <summary>A path is one from that folder; a name is looked for in PATH, and only then in the folder.</summary>
    /// <param name="program">The name or path.</param>
    /// <param name="folder">The folder that it runs in.</param>
    internal static string Find(string program, string folder)
    {
        string here = Path.GetFullPath(program, folder);
        if (program.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar))
        {
            return here;
        }

        // Windows adds endings by rules of its own.
        return OperatingSystem.IsWindows() ? program
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(at => Path.GetFullPath(Path.Join(at, program), folder)).FirstOrDefault(IsProgram) ?? here;
    }

    private static bool IsProgram(string path) =>
        !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
