using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Versioning.Files;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Writes the files of one manifest into a folder: looks for everything in the way first, writes then.</summary>
internal sealed class FetchOperation(PackReader packs, ManifestReader manifest, TargetFolder target, string root, FetchOptions options, int concurrency)
{
    private readonly Globs? _include = options.Include.Count > 0 ? new Globs(options.Include) : null;
    private readonly ConcurrentDictionary<FileSink, bool> _unfinished = new();
    private readonly HashSet<string> _present = [];

    internal long Files { get; private set; }

    internal long Bytes { get; private set; }

    internal async Task<long> RunAsync(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        await SurveyAsync(cancellationToken).ConfigureAwait(false);
        long bytes = 0, files = 0;
        try
        {
            await new BatchReader(packs, concurrency).RunAsync(
                SinksAsync(cancellationToken),
                (sink, count) =>
                {
                    long now = Interlocked.Add(ref bytes, count);
                    progress?.Report(new TransferProgress(now, Bytes, Interlocked.Read(ref files), Files));
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (FileSink sink in _unfinished.Keys)
            {
                sink.Abandon();
            }
        }

        return Files - _present.Count;

        async IAsyncEnumerable<FileSink> SinksAsync([EnumeratorCancellation] CancellationToken token)
        {
            await foreach (ManifestEntry entry in WantedAsync(token).ConfigureAwait(false))
            {
                string path = entry.Name;
                if (_present.Contains(path))
                {
                    continue;
                }

                if (entry.LinkTarget is { } link)
                {
                    target.CreateLink(entry.Path, link, options.Force);
                }
                else if (entry.Size == 0)
                {
                    using PendingFile empty = target.Create(entry.Path, 0, entry.Kind);
                    empty.Commit(options.Force);
                }
                else
                {
                    // Known until it is complete, so that a failure leaves nothing of it.
                    var sink = new DiskSink(entry, target, options.Force, done => _unfinished.TryRemove(done, out _));
                    _unfinished[sink] = true;
                    yield return sink;
                }

                Interlocked.Increment(ref files);
            }
        }
    }

    /// <summary>Everything that could stop the fetch, before anything is written.</summary>
    private async Task SurveyAsync(CancellationToken cancellationToken)
    {
        bool isEmpty = !Directory.EnumerateFileSystemEntries(root).Any();
        HashSet<string>? folded = target.IsCaseInsensitive ? new(StringComparer.OrdinalIgnoreCase) : null;
        await foreach (ManifestEntry entry in WantedAsync(cancellationToken).ConfigureAwait(false))
        {
            string path = entry.Name;
            TargetFolder.CheckPath(entry.Path);
            if (folded?.Add(path) == false)
            {
                throw new ConflictException("case_collision", $"'{path}' differs from another path only in case, and this disk does not tell them apart.", "Fetch to a case-sensitive disk, or fetch a part with --include.");
            }

            if (!isEmpty)
            {
                CheckInTheWay(entry, path);
            }

            Files++;
            Bytes += entry.Size;
        }
    }

    private void CheckInTheWay(ManifestEntry entry, string path)
    {
        TargetState found = target.Probe(entry.Path, out FileStamp stamp, out FileKind kind);
        if (found == TargetState.Absent)
        {
            return;
        }

        if (IsSame(entry, path, found, stamp, kind))
        {
            _present.Add(path);
        }
        else if (!options.Force || found == TargetState.Other)
        {
            throw new ConflictException("file_exists", $"'{Path.Combine(root, path)}' is there with other content.", "Use --force to replace files that differ, or fetch into another folder.");
        }
    }

    private bool IsSame(ManifestEntry entry, string path, TargetState found, FileStamp stamp, FileKind kind)
    {
        if (entry.LinkTarget is { } link)
        {
            return found == TargetState.Link && new FileInfo(Path.Combine(root, path)).LinkTarget == System.Text.Encoding.UTF8.GetString(link);
        }

        bool sameKind = OperatingSystem.IsWindows() || kind == entry.Kind;
        if (found != TargetState.File || stamp.Size != entry.Size || !sameKind)
        {
            return false;
        }

        using var stream = new FileStream(target.OpenRead(entry.Path), FileAccess.Read);
        return new Digest(SHA256.HashData(stream)) == entry.Sha256;
    }

    private async IAsyncEnumerable<ManifestEntry> WantedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ManifestEntry entry in manifest.EntriesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_include is null || _include.IsMatch(entry.Name))
            {
                yield return entry;
            }
        }
    }
}
