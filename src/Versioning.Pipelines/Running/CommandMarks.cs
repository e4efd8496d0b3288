using Versioning.Files;

namespace Versioning.Pipelines.Running;

/// <summary>
/// The marks of the commands that run in a workspace, as names of files in a folder. Who is killed leaves them there, and
/// what its commands do goes on: whoever works there next can tell. Linux only, where a mark is found.
/// </summary>
internal sealed class CommandMarks(string folder)
{
    internal const string RunningCode = "command_still_running";

    /// <summary>Notes the mark of a command that is about to start, until it has ended.</summary>
    internal IDisposable? Note(string mark)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        CacheDirectory.Make(folder);
        string path = Path.Join(folder, mark);
        File.WriteAllBytes(path, []);
        return new Noted(path);
    }

    /// <summary>Forgets the marks of those that have ended.</summary>
    /// <param name="workspace">The workspace, for the message.</param>
    /// <exception cref="ConflictException">One has not: it may write to where the next one will.</exception>
    internal void RequireEnded(string workspace)
    {
        var alive = new SortedSet<int>();
        foreach (string path in Directory.Exists(folder) ? Directory.GetFiles(folder).Where(path => Guid.TryParseExact(Path.GetFileName(path), "N", out _)) : [])
        {
            // A command may have become this tool itself.
            int[] members = [.. ProcessTree.Of(null, Path.GetFileName(path)).Ids.Where(id => id != Environment.ProcessId)];
            alive.UnionWith(members);
            if (members.Length == 0)
            {
                File.Delete(path);
            }
        }

        if (alive.Count > 0)
        {
            string ids = string.Join(' ', alive);
            throw new ConflictException(
                RunningCode,
                $"What a run in '{workspace}' has started goes on, though that run was killed: {(alive.Count == 1 ? "process" : "processes")} {ids}. It may write to where the commands of this one do.",
                $"Wait for it, or end it with 'kill {ids}'.");
        }
    }

    private sealed class Noted(string path) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Nothing has that mark any more, so it goes with the next run.
            }
        }
    }
}
