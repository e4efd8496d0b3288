using System.Collections.Concurrent;

namespace Versioning.Verifying;

/// <summary>What is wrong, by object, with the versions and files that it hits. Bounded, however much is wrong.</summary>
internal sealed class DamageList
{
    private const int MaxProblems = 10;
    private const int MaxHits = 1000;
    private const int MaxAllFiles = 100_000;

    private readonly ConcurrentDictionary<string, Found> _found = new();
    private int _files;

    internal void Add(string key, string? problem, string? version = null, string? file = null)
    {
        Found found = _found.GetOrAdd(key, _ => new Found());
        lock (found)
        {
            _ = problem is not null && found.Problems.Count < MaxProblems && found.Problems.Add(problem);
            _ = version is not null && found.Versions.Count < MaxHits && found.Versions.Add(version);
            if (file is not null && found.Files.Count < MaxHits && Volatile.Read(ref _files) < MaxAllFiles && found.Files.Add(file))
            {
                Interlocked.Increment(ref _files);
            }
        }
    }

    internal Damage[] ToArray() =>
    [
        .. _found.OrderBy(f => f.Key, StringComparer.Ordinal)
            .Select(f => new Damage(f.Key, string.Join("; ", f.Value.Problems), [.. f.Value.Versions], [.. f.Value.Files])),
    ];

    private sealed class Found
    {
        internal SortedSet<string> Problems { get; } = new(StringComparer.Ordinal);

        internal SortedSet<string> Versions { get; } = new(StringComparer.Ordinal);

        internal SortedSet<string> Files { get; } = new(StringComparer.Ordinal);
    }
}
