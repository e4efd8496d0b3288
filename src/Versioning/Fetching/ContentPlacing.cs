using System.Collections.Concurrent;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>The way through the machine's cache: what it lacks is written there, then files are placed from it.</summary>
/// <param name="content">The machine's cache.</param>
/// <param name="target">Where files are placed.</param>
/// <param name="links">How.</param>
/// <param name="concurrency">How many are placed side by side.</param>
/// <param name="notes">Told of every file that was placed.</param>
/// <param name="seals">Whether the target belongs to the cache: the very file is as good as one of its own, and each bears a seal.</param>
internal sealed class ContentPlacing(ContentCache content, TargetFolder target, LinkKind links, int concurrency, TargetNotes notes, bool seals = false) : IDisposable
{
    private readonly LinkKind[] _order = seals ? [LinkKind.Hard, LinkKind.Reflink, LinkKind.Copy] : [LinkKind.Reflink, LinkKind.Hard, LinkKind.Copy];

    private readonly DiskSinks _sinks = new(
        content.Folder,
        replace: true,
        reuses: false,
        concurrency,
        new TargetNotes(),
        entry => FileSeal.TimeOf(entry.Sha256),
        entry => content.Added(entry.Sha256, entry.Kind, entry.Size));

    // The first of the preferred ones that works here; all files lie on the same disks.
    private int _preferred;

    /// <summary>Whether a file goes this way.</summary>
    internal bool Takes(ManifestEntry entry) => entry.Place is not null && content.Takes(entry.Size);

    /// <summary>Where to write a file that the cache lacks; null: it has it.</summary>
    internal FileSink? Sink(ManifestEntry entry, int index, CancellationToken cancellationToken)
    {
        bool has = content.Has(entry.Sha256, entry.Kind, entry.Size, cancellationToken);
        Telemetry.Lookup("content", has);
        return has ? null : _sinks.Create(entry with { Path = ContentCache.PathOf(entry.Sha256, entry.Kind) }, index);
    }

    /// <summary>Places files.</summary>
    /// <param name="entries">Those that go this way, each with its index.</param>
    /// <param name="replace">Whether what differs gives way.</param>
    /// <param name="cancellationToken">Ends it between files.</param>
    /// <returns>Those that another process took out of the cache meanwhile.</returns>
    internal async Task<IReadOnlyCollection<(ManifestEntry Entry, int Index)>> PlaceAsync(IAsyncEnumerable<(ManifestEntry Entry, int Index)> entries, bool replace, CancellationToken cancellationToken)
    {
        var lost = new ConcurrentQueue<(ManifestEntry, int)>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(entries, options, (file, _) =>
        {
            try
            {
                Place(file.Entry, file.Index, replace);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                lost.Enqueue(file);
            }

            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        return lost;
    }

    public void Dispose() => _sinks.Dispose();

    private void Place(ManifestEntry entry, int index, bool replace)
    {
        string source = content.FullPathOf(entry.Sha256, entry.Kind);
        long mtime = seals ? FileSeal.TimeOf(entry.Sha256) : TargetCache.TimeOfWrite();
        while (true)
        {
            int choice = Volatile.Read(ref _preferred);
            LinkKind how = links == LinkKind.Auto ? _order[choice] : links;
            if (target.TryPlace(entry.Path, source, entry.Size, entry.Kind, how, replace, mtime))
            {
                if (how is LinkKind.Reflink or LinkKind.Copy)
                {
                    notes.Written(index, mtime);
                }

                return;
            }

            if (links != LinkKind.Auto)
            {
                throw new VersioningException("links_unsupported", $"'{entry.Name}' can't be linked from the machine's cache: it lies on another disk, or the disk has no such links.", "Use --link auto or --link copy, or move the cache with VERSIONING_CACHE.");
            }

            Interlocked.CompareExchange(ref _preferred, choice + 1, choice);
        }
    }
}
