using System.Text;
using Versioning.Files;

namespace Versioning.Fetching;

/// <summary>What stands in a folder where a version has it otherwise. Thread safe while it is collected.</summary>
/// <param name="target">The folder.</param>
internal sealed class Obstacles(TargetFolder target)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal), _folders = new(StringComparer.Ordinal);

    /// <summary>Files and links where a folder has to go, in byte order.</summary>
    internal IEnumerable<byte[]> Files => _files.Values;

    /// <summary>Folders where a file or link has to go, in byte order of what lies in them.</summary>
    internal IEnumerable<byte[]> Folders => _folders.Values;

    internal bool Any => _files.Count + _folders.Count > 0;

    /// <summary>Takes note of what is in the way of a path.</summary>
    /// <param name="path">Where something has to go.</param>
    /// <param name="match">What was found there.</param>
    internal void Add(byte[] path, TargetMatch match)
    {
        byte[] found = match == TargetMatch.Blocked ? path : FileAbove(path);
        lock (_lock)
        {
            // One character for each byte; a folder sorts where what it holds does.
            string key = Encoding.Latin1.GetString(found);
            (match == TargetMatch.Blocked ? _folders : _files)[match == TargetMatch.Blocked ? key + "/" : key] = found;
        }
    }

    private byte[] FileAbove(byte[] path)
    {
        byte[] last = path;
        for (int slash = Array.IndexOf(path, (byte)'/'); slash >= 0; slash = Array.IndexOf(path, (byte)'/', slash + 1))
        {
            byte[] above = path[..slash];
            switch (target.Probe(above, out _, out _))
            {
                case TargetState.File or TargetState.Link:
                    return above;
                case TargetState.Obstructed:
                    // By a device, socket or pipe.
                    throw TargetErrors.Blocked(last);
            }

            last = above;
        }

        throw TargetErrors.Blocked(last);
    }
}
