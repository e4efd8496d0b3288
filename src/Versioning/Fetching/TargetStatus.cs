using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Counts what of a version is missing or changed in a folder; files that it does not have are not looked at.</summary>
internal sealed class TargetStatus(TargetFolder target, string root, string cacheDirectory, ContentCache content, int concurrency, int maxChanges)
{
    private readonly TargetCheck _check = new(target, content);
    private readonly Lock _lock = new();
    private readonly SortedList<string, FileChange> _changes = new(StringComparer.Ordinal);

    internal long Files { get; private set; }

    internal long Missing { get; private set; }

    internal long Modified { get; private set; }

    /// <summary>The first of them.</summary>
    internal IReadOnlyList<FileChange> Changes => [.. _changes.Values];

    internal async Task RunAsync(IAsyncEnumerable<ManifestEntry> entries, CancellationToken cancellationToken)
    {
        using var cache = FileCacheReader.Open(cacheDirectory, root);
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        IAsyncEnumerable<(ManifestEntry Entry, KnownDigest? Known)[]> batches = entries.Select(entry => (entry, cache.Find(entry.Path))).Chunk(256);
        await Parallel.ForEachAsync(batches, options, (batch, token) =>
        {
            foreach ((ManifestEntry entry, KnownDigest? known) in batch)
            {
                if (_check.Compare(entry, known, out _, token) is var match and not TargetMatch.Same)
                {
                    Note(entry, match);
                }
            }

            lock (_lock)
            {
                Files += batch.Length;
            }

            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
    }

    private void Note(ManifestEntry entry, TargetMatch match)
    {
        lock (_lock)
        {
            bool missing = match is TargetMatch.Absent or TargetMatch.Obstructed or TargetMatch.Lost;
            (Missing, Modified) = missing ? (Missing + 1, Modified) : (Missing, Modified + 1);
            _changes.Add(entry.Name, new FileChange(missing ? FileChangeKind.Removed : FileChangeKind.Modified, entry.Name, entry.ToFile(), null));
            if (_changes.Count > maxChanges)
            {
                _changes.RemoveAt(maxChanges);
            }
        }
    }
}
