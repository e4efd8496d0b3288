using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Writes the file cache of a target once everything is there, so that neither the next fetch nor a commit reads the files again.</summary>
/// <param name="target">The folder.</param>
/// <param name="root">Its full path.</param>
/// <param name="directory">Where file caches lie.</param>
/// <param name="notes">What was learned of the files.</param>
/// <param name="time">The clock that the cache is judged by.</param>
internal sealed class TargetCache(TargetFolder target, string root, string directory, TargetNotes notes, TimeProvider time)
{
    // Before any file was read.
    private readonly long _startedAtNs = FileStamp.Now(time);

    /// <summary>
    /// The time that a file gets that is written now: one that the kernel's clock has left behind, whatever its grain, so
    /// that whoever writes to the file from now on leaves another. Thus the file that has it is the one that was written.
    /// </summary>
    internal static long TimeOfWrite() => FileStamp.Now(TimeProvider.System) - FileCacheWriter.FineGrainNs;

    /// <summary>Lets the clock go on where a long file got its name only now: hashing it the next time takes longer than that.</summary>
    internal static Task SettleAsync(long lastLongFile, CancellationToken cancellationToken)
    {
        long left = lastLongFile + FileCacheWriter.FineGrainNs - FileStamp.Now(TimeProvider.System);
        return left < 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(Math.Min(left, FileCacheWriter.FineGrainNs) / 1_000_000 + 1), cancellationToken);
    }

    /// <summary>Adds what the notes prove to what the last cache knew, also of files that the fetch did not ask for.</summary>
    /// <param name="entries">The entries of the fetch, in order.</param>
    /// <param name="cancellationToken">Ends it; the last cache stays.</param>
    internal async Task WriteAsync(IAsyncEnumerable<ManifestEntry> entries, CancellationToken cancellationToken)
    {
        using var last = FileCacheReader.Open(directory, root);
        using var next = FileCacheWriter.Create(directory, root);
        int index = 0;
        try
        {
            await foreach (ManifestEntry entry in entries.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                KnownDigest? known = last.Find(entry.Path, passed: next);
                if (entry.LinkTarget is null)
                {
                    Add(next, entry, index, known);
                }

                index++;
            }

            last.CopyRest(next);
            next.Complete();
        }
        catch (VersioningException)
        {
            // Of a long manifest, which is read again, something is not to be had any more: the last cache stays.
        }
    }

    private void Add(FileCacheWriter next, ManifestEntry entry, int index, KnownDigest? known)
    {
        NoteKind kind = notes.KindOf(index);
        if (kind == NoteKind.None)
        {
            if (known is { } same)
            {
                next.Keep(entry.Path, same);
            }

            return;
        }

        // The time before the look: a file that was changed within the clock's grain before it is left out.
        long now = FileStamp.Now(time);
        if (target.TryStamp(entry.Path) is { } stamp && stamp.Size == entry.Size && notes.Holds(index, stamp))
        {
            next.Add(entry.Path, stamp, entry.Sha256, kind == NoteKind.Written ? now : _startedAtNs);
        }
    }
}
