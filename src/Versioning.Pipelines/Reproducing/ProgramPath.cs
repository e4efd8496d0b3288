namespace Versioning.Pipelines.Reproducing;

/// <summary>Which program a command means when it runs in another folder than this process: not one that lies here.</summary>
internal static class ProgramPath
{
    /// <param name="program">The name or path, as it was recorded.</param>
    /// <param name="folder">The folder that it runs in.</param>
    internal static string Find(string program, string folder)
    {
        string here = Path.GetFullPath(program, folder);
        if (Path.GetFileName(program) != program || File.Exists(here))
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
