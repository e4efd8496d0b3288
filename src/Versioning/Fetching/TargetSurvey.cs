using System.Collections;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Looks at the target before anything is written: what is there already, and what could stop the fetch.</summary>
/// <param name="target">The folder.</param>
/// <param name="root">Its full path.</param>
/// <param name="force">Whether what differs gives way.</param>
/// <param name="concurrency">How many files are looked at side by side.</param>
/// <param name="notes">Told of files that were hashed.</param>
/// <param name="cacheDirectory">Where file caches lie; null: every file is hashed.</param>
/// <param name="content">The machine's cache, from which files may have been linked; null: none.</param>
internal sealed class TargetSurvey(TargetFolder target, string root, bool force, int concurrency, TargetNotes notes, string? cacheDirectory, ContentCache? content = null)
{
    private const int MaxBatch = 64;
    private const long MaxBatchBytes = 4 * 1024 * 1024;

    private readonly TargetCheck _check = new(target, content);
    private readonly Obstacles _obstacles = new(target);
    private readonly ConcurrentDictionary<int, KnownDigest> _known = new();
    private readonly BitArray _present = new(1024);
    private readonly Lock _lock = new();
    private int _count;

    /// <summary>Files of the version.</summary>
    internal long Files { get; private set; }

    /// <summary>Their bytes.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Files that are there with the right content.</summary>
    internal long PresentFiles { get; private set; }

    /// <summary>Their bytes.</summary>
    internal long PresentBytes { get; private set; }

    /// <summary>Whether links into the machine's cache have lost what they led to, and are placed anew.</summary>
    internal bool HasLost { get; private set; }

    /// <summary>What the file cache says of a long file that differs from the entry at that place of the enumeration, or null.</summary>
    internal KnownDigest? KnownOf(int index) => _known.TryGetValue(index, out KnownDigest known) ? known : null;

    /// <summary>Whether the entry at that place of the enumeration is there already.</summary>
    internal bool IsPresent(int index) => index < _present.Length && _present[index];

    /// <summary>What stands where a folder has to go, and folders where something else has to.</summary>
    internal Obstacles Obstacles => _obstacles;

    /// <summary>Looks at everything.</summary>
    /// <param name="entries">What should be there, in order.</param>
    /// <param name="before">What another version put there and may give way, in order; null: nothing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task RunAsync(IAsyncEnumerable<ManifestEntry> entries, IAsyncEnumerable<ManifestEntry>? before, CancellationToken cancellationToken)
    {
        bool isEmpty = !Directory.EnumerateFileSystemEntries(root).Any();
        CaseCollision? collisions = target.IsCaseInsensitive ? new() : null;
        using FileCacheReader? cache = isEmpty || cacheDirectory is null ? null : FileCacheReader.Open(cacheDirectory, root);
        IAsyncEnumerable<Looked> counted = Counted();
        if (isEmpty)
        {
            await foreach (var _ in counted.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                // Counted and checked on the way.
            }

            return;
        }

        // The cache is read in order, files side by side; bytes that it does not know are hashed, each once.
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(BatchesAsync(counted, cancellationToken), options, (batch, token) =>
        {
            foreach (Looked looked in batch)
            {
                if (IsThere(looked, token))
                {
                    Note(looked.Index, looked.Entry.Size);
                }
            }

            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);

        async IAsyncEnumerable<Looked> Counted()
        {
            var old = new EntryLookup(isEmpty || before is null ? AsyncEnumerable.Empty<ManifestEntry>() : before, cancellationToken);
            await using ConfiguredAsyncDisposable _ = old.ConfigureAwait(false);
            await foreach (ManifestEntry entry in entries.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                TargetFolder.CheckPath(entry.Path);
                if (collisions?.Add(entry.Path) is { } folded)
                {
                    ManifestEntry first = await entries.FirstAsync(e => CaseCollision.IsAt(e.Path, folded), cancellationToken).ConfigureAwait(false);
                    throw new ConflictException("case_collision", $"'{first.Name}' and '{entry.Name}' differ only in case, and this disk does not tell them apart.", "Fetch to a case-sensitive disk, or fetch a part with --include.");
                }

                Files++;
                Bytes += entry.Size;
                yield return new Looked(entry, _count++, cache?.Find(entry.Path), await old.FindAsync(entry.Path).ConfigureAwait(false));
            }
        }
    }

    /// <summary>Handing on a file takes longer than a look at it: many small ones go together.</summary>
    private static async IAsyncEnumerable<List<Looked>> BatchesAsync(IAsyncEnumerable<Looked> files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<Looked>();
        long bytes = 0;
        await foreach (Looked file in files.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            batch.Add(file);
            bytes += file.Entry.Size;
            if (batch.Count == MaxBatch || bytes >= MaxBatchBytes)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }
        }

        yield return batch;
    }

    private void Note(int index, long size)
    {
        lock (_lock)
        {
            if (index >= _present.Length)
            {
                _present.Length = Math.Max(index + 1, 2 * _present.Length);
            }

            _present[index] = true;
            PresentFiles++;
            PresentBytes += size;
        }
    }

    /// <summary>Whether the file is there; something else that can't give way stops the fetch.</summary>
    private bool IsThere(Looked looked, CancellationToken cancellationToken)
    {
        ManifestEntry entry = looked.Entry;
        TargetMatch match = _check.Compare(entry, looked.Known, out TargetProof proof, cancellationToken);
        if (match == TargetMatch.Same && proof is { WasRead: true, Stamp: { } stamp })
        {
            notes.Hashed(looked.Index, stamp);
        }

        if (match == TargetMatch.Different && entry.Size >= DiskSinks.ResumeFrom && looked.Known is { } known)
        {
            _known[looked.Index] = known;
        }

        if (match is TargetMatch.Blocked or TargetMatch.Obstructed)
        {
            _obstacles.Add(entry.Path, match);
            return false;
        }

        bool givesWay = match == TargetMatch.Different
            && (force || (looked.Before is { } before && _check.Compare(before, looked.Known, out _, cancellationToken) is TargetMatch.Same or TargetMatch.Lost));
        if (match == TargetMatch.Lost)
        {
            HasLost = true;
            return false;
        }

        return match switch
        {
            TargetMatch.Same => true,
            TargetMatch.Absent => false,
            _ when givesWay => false,
            _ => throw new ConflictException("file_exists", $"'{Path.Combine(root, entry.Name)}' is there with other content.", "Use --force to replace files that differ, or fetch into another folder."),
        };
    }

    /// <summary>An entry, which one it is, what the cache says of its path, and what the version before had there.</summary>
    private readonly record struct Looked(ManifestEntry Entry, int Index, KnownDigest? Known, ManifestEntry? Before);
}
