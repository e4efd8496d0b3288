using System.Buffers;
using System.Collections;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Looks at the target before anything is written: what is there already, and what could stop the fetch.</summary>
internal sealed class TargetSurvey(TargetFolder target, string root, bool force, int concurrency)
{
    private const int ReadLength = 1024 * 1024;

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
        IAsyncEnumerable<(ManifestEntry, int)> counted = Counted();
        if (isEmpty)
        {
            await foreach (var _ in counted.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                // Counted and checked on the way.
            }

            return;
        }

        // Bytes that are there are hashed, each once, side by side.
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(counted, options, (entry, token) =>
        {
            if (IsThere(entry.Item1, token))
            {
                Note(entry.Item2, entry.Item1.Size);
            }

            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);

        async IAsyncEnumerable<(ManifestEntry, int)> Counted()
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
                yield return (entry, _count++);
            }
        }
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
    private bool IsThere(ManifestEntry entry, CancellationToken cancellationToken)
    {
        TargetState found = target.Probe(entry.Path, out FileStamp stamp, out FileKind kind);
        if (found == TargetState.Absent)
        {
            return false;
        }

        bool same = entry.LinkTarget is { } link
            ? found == TargetState.Link && target.ReadLink(entry.Path).AsSpan().SequenceEqual(link)
            : found == TargetState.File && stamp.Size == entry.Size && (OperatingSystem.IsWindows() || kind == entry.Kind) && HashOf(entry.Path, cancellationToken) == entry.Sha256;
        return same || (force && found != TargetState.Other)
            ? same
            : throw new ConflictException("file_exists", $"'{Path.Combine(root, entry.Name)}' is there with other content.", "Use --force to replace files that differ, or fetch into another folder.");
    }

    private Digest HashOf(byte[] path, CancellationToken cancellationToken)
    {
        using SafeFileHandle handle = target.OpenRead(path);
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
}
