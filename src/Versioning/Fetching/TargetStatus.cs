using System.Buffers;
using System.Collections.Concurrent;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Counts what of a version is missing or changed in a folder; files that it does not have are not looked at.</summary>
/// <param name="target">The folder.</param>
/// <param name="root">Its full path.</param>
/// <param name="version">What tells the entries of this look from those of any other.</param>
/// <param name="cacheDirectory">Where it is kept what was found.</param>
/// <param name="content">The machine's cache, from which files may have been linked.</param>
/// <param name="settings">How much runs side by side, and the clock.</param>
/// <param name="maxChanges">How many changes are named.</param>
internal sealed class TargetStatus(TargetFolder target, string root, string version, string cacheDirectory, ContentCache content, VersionStoreOptions settings, int maxChanges)
{
    private const int BatchLength = 256;

    private readonly TargetCheck _check = new(target, content);
    private readonly Lock _lock = new();
    private readonly SortedList<string, FileChange> _changes = new(StringComparer.Ordinal);
    private readonly StampList _last = StampList.Read(cacheDirectory, root, version);
    private readonly ConcurrentDictionary<int, ReadOnlyMemory<byte>> _next = new();

    // Before any file was looked at.
    private readonly long _startedAtNs = FileStamp.Now(settings.Time);

    private bool[] _isAsItWas = [];
    private bool _hasNews;

    internal long Files { get; private set; }

    internal long Missing { get; private set; }

    internal long Modified { get; private set; }

    /// <summary>The first of them.</summary>
    internal IReadOnlyList<FileChange> Changes => [.. _changes.Values];

    /// <summary>Compares stamps with those of the last look; true: every file is as it was then, and was right.</summary>
    internal async Task<bool> IsAsItWasAsync(CancellationToken cancellationToken)
    {
        if (_last.Count == 0)
        {
            return false;
        }

        bool[] same = new bool[_last.Count];
        await Task.Run(() => Parallel.For(0, _last.Parts, Options(cancellationToken), target.Stamps, (part, _, reader) => Compare(part, reader, same), reader => reader?.Dispose()), cancellationToken).ConfigureAwait(false);
        _isAsItWas = same;
        Files = _last.Count;
        return !same.Contains(false);
    }

    /// <summary>Looks at every file that is not as it was.</summary>
    internal async Task RunAsync(IAsyncEnumerable<ManifestEntry> entries, CancellationToken cancellationToken)
    {
        using var cache = FileCacheReader.Open(cacheDirectory, root);
        StampList.Cursor last = _last.All();
        Files = 0;
        IAsyncEnumerable<(Looked[] Batch, int Number)> batches = entries.Select(Look).Chunk(BatchLength).Select((batch, number) => (batch, number));
        await Parallel.ForEachAsync(batches, Options(cancellationToken), (item, token) =>
        {
            Compare(item.Batch, item.Number, token);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        if (_hasNews)
        {
            StampList.Write(cacheDirectory, root, version, [.. _next.OrderBy(part => part.Key).Select(part => part.Value)]);
        }

        Looked Look(ManifestEntry entry, int index) =>
            last.TryNext(out ReadOnlySpan<byte> path, out FileStamp stamp) && path.SequenceEqual(entry.Path) && index < _isAsItWas.Length && _isAsItWas[index]
                ? new Looked(entry, null, stamp)
                : new Looked(entry, cache.Find(entry.Path), null);
    }

    private PosixStampReader? Compare(int part, PosixStampReader? stamps, bool[] same)
    {
        StampList.Cursor last = _last.PartAt(part, out int index);
        for (; last.TryNext(out ReadOnlySpan<byte> path, out FileStamp stamp); index++)
        {
            same[index] = stamp != default && stamps is not null && stamps.TryRead(path, out FileStamp now) && now == stamp;
        }

        return stamps;
    }

    private void Compare(Looked[] batch, int number, CancellationToken cancellationToken)
    {
        var records = new ArrayBufferWriter<byte>(BatchLength * 2 * FileCache.StampSize);
        bool hasNews = false;
        foreach ((ManifestEntry entry, KnownDigest? known, FileStamp? proved) in batch)
        {
            FileStamp? stamp = proved;
            if (proved is null)
            {
                TargetMatch match = _check.Compare(entry, known, out TargetProof proof, cancellationToken);
                if (match != TargetMatch.Same)
                {
                    Note(entry, match);
                }
                else if (proof.Stamp is { Inode: not 0 } found && !FileCacheWriter.IsRacy(found, _startedAtNs))
                {
                    stamp = found;
                    hasNews = true;
                }
            }

            StampList.Append(records, entry.Path, stamp ?? default);
        }

        _next[number] = records.WrittenMemory;
        lock (_lock)
        {
            Files += batch.Length;
            _hasNews |= hasNews;
        }
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

    private ParallelOptions Options(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = settings.Concurrency, CancellationToken = cancellationToken };

    /// <summary>An entry, what the file cache says of its path, and its stamp where that says enough.</summary>
    private readonly record struct Looked(ManifestEntry Entry, KnownDigest? Known, FileStamp? Proved);
}
