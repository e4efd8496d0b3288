using System.Globalization;
using System.Runtime.InteropServices;

namespace Versioning.Pipelines.Running;

/// <summary>A process and all that it started, as long as they know each other: whoever's parent ended is nobody's child any more.</summary>
internal sealed partial class ProcessTree
{
    internal const int Terminate = 15, Kill = 9;

    private readonly List<(int Id, string Started)> _members;

    private ProcessTree(List<(int, string)> members) => _members = members;

    /// <summary>What there is now.</summary>
    /// <param name="root">The first process.</param>
    internal static ProcessTree Of(int root)
    {
        Dictionary<int, (int Parent, string Started)> all = [];
        foreach (string folder in Directory.Exists("/proc") ? Directory.GetDirectories("/proc") : [])
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && Read(id) is { } found)
            {
                all[id] = found;
            }
        }

        var members = new List<(int, string)>();
        var waiting = new Queue<int>([root]);
        while (waiting.TryDequeue(out int id))
        {
            if (all.TryGetValue(id, out (int Parent, string Started) process))
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

    /// <summary>Sends a signal to those that are still the same processes.</summary>
    internal void Signal(int signal)
    {
        foreach ((int id, string started) in _members)
        {
            // A number is used again, some day.
            if (Read(id) is { } now && now.Started == started)
            {
                _ = Send(id, signal);
            }
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
