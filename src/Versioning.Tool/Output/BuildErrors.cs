using Versioning.Workspaces;

namespace Versioning.Tool.Output;

/// <summary>Failures as MSBuild reads them: file, line and code. The code is VERS and the exit code, or one for a broken file.</summary>
/// <param name="root">The workspace.</param>
/// <param name="pin">The name of the pin that is worked on.</param>
internal sealed class BuildErrors(string root, string pin)
{
    private const int BrokenLock = 7, BrokenWorkspace = 8;

    private readonly string _lock = Path.Combine(root, Workspace.LockName), _workspace = Path.Combine(root, Workspace.FileName);

    /// <summary>Writes one line.</summary>
    /// <returns>The exit code.</returns>
    internal int Tell(Exception exception)
    {
        (int exit, string code, string message, string? hint) = Failure.Describe(exception);
        (string origin, int number) = code switch
        {
            "invalid_lock" => (_lock, BrokenLock),
            "invalid_workspace" => (_workspace, BrokenWorkspace),
            "pin_not_found" or "no_workspace" => (_workspace, exit),
            _ => (Place(exception), exit),
        };

        if (message.StartsWith(_lock + "(", StringComparison.Ordinal))
        {
            // What is said of a broken lock begins with the line already.
            int end = message.IndexOf("): ", StringComparison.Ordinal) + 1;
            (origin, message) = (message[..end], message[(end + 2)..]);
        }

        // Users of a build know that option by the name of a property.
        Write(origin, number, message, hint?.Replace("--offline", "VersioningOffline", StringComparison.Ordinal));
        return exit;
    }

    private static void Write(string origin, int number, string message, string? hint) =>
        Console.Error.WriteLine(Human.OneLine($"{origin}: error VERS{number:0000}: {message}{(hint is null ? "" : " " + hint)}"));

    private string Place(Exception exception)
    {
        try
        {
            return LockText.Parse(File.ReadAllText(_lock)).FirstOrDefault(p => p.Name == pin) is { } locked
                ? $"{_lock}({(exception is IntegrityException ? locked.DigestLine : locked.Line)})"
                : _workspace;
        }
        catch (Exception e) when (e is LockTextException or IOException or UnauthorizedAccessException)
        {
            return _workspace;
        }
    }
}
