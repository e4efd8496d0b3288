using System.Buffers;
using System.Collections;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
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
internal sealed class TargetSurvey(TargetFolder target, string root, bool force, int concurrency, TargetNotes notes, string? cacheDirectory)
{
    private const int ReadLength = 1024 * 1024;
    private const int MaxBatch = 64;
    private const long MaxBatchBytes = 4 * 1024 * 1024;

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

    /// <summary>Whether the entry at that place of the enumeration is there already.</summary>
    internal bool IsPresent(int index) => index < _present.Length && _present[index];

    internal async Task RunAsync(IAsyncEnumerable<ManifestEntry> entries, CancellationToken cancellationToken)
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
                yield return new Looked(entry, _count++, cache?.Find(entry.Path));
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
        TargetState found = target.Probe(entry.Path, out FileStamp stamp, out FileKind kind);
        if (found == TargetState.Absent)
        {
            return false;
        }

        bool same = entry.LinkTarget is { } link
            ? found == TargetState.Link && target.ReadLink(entry.Path).AsSpan().SequenceEqual(link)
            : found == TargetState.File && stamp.Size == entry.Size && (OperatingSystem.IsWindows() || kind == entry.Kind) && Holds(looked, stamp, cancellationToken);
        return same || (force && found != TargetState.Other)
            ? same
            : throw new ConflictException("file_exists", $"'{Path.Combine(root, entry.Name)}' is there with other content.", "Use --force to replace files that differ, or fetch into another folder.");
    }

    private bool Holds(Looked looked, FileStamp stamp, CancellationToken cancellationToken)
    {
        if (looked.Known is { } known && known.Stamp == stamp)
        {
            return known.Sha256 == looked.Entry.Sha256;
        }

        using SafeFileHandle handle = target.OpenRead(looked.Entry.Path);
        FileStamp before = SourceTree.Stamp(handle);
        bool same = HashOf(handle, cancellationToken) == looked.Entry.Sha256;
        if (same && SourceTree.Stamp(handle) == before)
        {
            notes.Hashed(looked.Index, before);
        }

        return same;
    }

    private static Digest HashOf(SafeFileHandle handle, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadLength);
        try
        {
            long at = 0;
            for (int read; (read = RandomAccess.Read(handle, buffer, at)) > 0; at += read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        Span<byte> digest = stackalloc byte[Digest.Size];
        hash.GetHashAndReset(digest);
        return new Digest(digest);
    }

    /// <summary>An entry, which one it is, and what the cache says of its path.</summary>
    private readonly record struct Looked(ManifestEntry Entry, int Index, KnownDigest? Known);
}
