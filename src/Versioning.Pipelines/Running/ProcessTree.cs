using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Versioning.Pipelines.Running;

/// <summary>A process and all that it started. Whoever's parent ended is nobody's child any more, and known by a mark in its environment.</summary>
internal sealed partial class ProcessTree
{
    internal const int Terminate = 15, Kill = 9;

    private readonly List<(int Id, string Started)> _members;

    private ProcessTree(List<(int, string)> members) => _members = members;

    /// <summary>What there is now.</summary>
    /// <param name="root">The first process; when it has ended, its number may be another's. Null: it is not known.</param>
    /// <param name="mark">What the environment of those has that it started, unless they were given another one.</param>
    internal static ProcessTree Of(Process? root, string mark)
    {
        Dictionary<int, (int Parent, string Started)> all = [];
        foreach (string folder in Directory.Exists("/proc") ? Directory.GetDirectories("/proc") : [])
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && Read(id) is { } found)
            {
                all[id] = found;
            }
        }

        byte[] wanted = Encoding.UTF8.GetBytes(mark);
        var members = new List<(int, string)>();
        var seen = new HashSet<int>();
        var waiting = new Queue<int>(all.Keys.Where(id => HasMark(id, wanted)));
        if (root is { HasExited: false })
        {
            waiting.Enqueue(root.Id);
        }

        while (waiting.TryDequeue(out int id))
        {
            if (seen.Add(id) && all.TryGetValue(id, out (int Parent, string Started) process))
            {
                members.Add((id, process.Started));
                foreach ((int child, (int parent, _)) in all)
                {
                    if (parent == id)
                    {
                        waiting.Enqueue(child);
                    }
                }
            }
        }

        return new ProcessTree(members);
    }

    /// <summary>Their numbers.</summary>
    internal IEnumerable<int> Ids => _members.Select(member => member.Id);

    /// <summary>Whether one of them has not ended.</summary>
    internal bool IsAlive => _members.Any(IsSame);

    /// <summary>Sends a signal to those that are still the same processes.</summary>
    internal void Signal(int signal)
    {
        foreach ((int id, _) in _members.Where(IsSame))
        {
            _ = Send(id, signal);
        }
    }

    /// <summary>A number is used again, some day.</summary>
    private static bool IsSame((int Id, string Started) member) => Read(member.Id) is { } now && now.Started == member.Started;

    private static bool HasMark(int id, byte[] mark)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{id}/environ").AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is somebody else's.
            return false;
        }
    }

    private static (int Parent, string Started)? Read(int id)
    {
        try
        {
            // The name, in brackets, may hold anything.
            string stat = File.ReadAllText($"/proc/{id}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" ? null : (int.Parse(fields[1], CultureInfo.InvariantCulture), fields[19]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
