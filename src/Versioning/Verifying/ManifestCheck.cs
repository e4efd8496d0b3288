using System.Runtime.CompilerServices;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Verifying;

/// <summary>
/// Goes through manifests, notes which chunks they need, and gives out the files of several chunks. Subtrees that
/// versions share are read once.
/// </summary>
/// <param name="journal">Where references lead.</param>
/// <param name="marks">Told what is needed; null where all is read anyhow.</param>
/// <param name="givesFiles">Whether files of several chunks are given out; otherwise their chunks are looked up here.</param>
internal sealed class ManifestCheck(JournalLog journal, ChunkMarks? marks, bool givesFiles)
{
    private const int MaxSeen = 250_000;

    private readonly HashSet<SeenSubtree> _seen = [];

    /// <summary>Whether every node and every reference was as it should be.</summary>
    internal bool IsSound { get; private set; } = true;

    internal async IAsyncEnumerable<ManifestEntry> LargeFilesAsync(PackReader packs, PublishedVersion version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (version.Packs is { } summaries)
        {
            Need(summaries);
            await CheckAsync(async () => await packs.ReadAsync(summaries, stored => PackSummaries.Decode(stored, "A summary of packs"), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }

        var walk = new ManifestWalk(new ManifestReader(packs, version.Content, version.Root));
        while (walk.Next is { } next)
        {
            if (next.Entries is null)
            {
                if (next.Level != ManifestSubtree.UnknownLevel && !IsNew(SeenSubtree.Of(next.Child, walk.Bound)))
                {
                    walk.Take();
                    continue;
                }

                Need(next.Child.Place);
                await CheckAsync(() => walk.DescendAsync(cancellationToken)).ConfigureAwait(false);
                continue;
            }

            walk.Take();
            foreach (ManifestEntry entry in next.Entries)
            {
                if (entry.ChunkList is not null && givesFiles)
                {
                    yield return entry;
                }
                else
                {
                    await CheckAsync(() => LookUpAsync(packs, entry, cancellationToken)).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Looks whether every chunk of a file is recorded where the manifest says, and takes note of what has to be sound.</summary>
    private async ValueTask LookUpAsync(PackReader packs, ManifestEntry entry, CancellationToken cancellationToken)
    {
        if (ChunkListReader.OnlyChunk(entry) is { } only)
        {
            await LookUpAsync(packs, only.Chunk, cancellationToken).ConfigureAwait(false);
        }
        else if (entry.ChunkList is not null && IsNew(SeenSubtree.Of(entry)))
        {
            await foreach (PlacedChunk placed in ChunkListReader.ChunksAsync(packs, entry, 0, cancellationToken).ConfigureAwait(false))
            {
                await CheckAsync(() => LookUpAsync(packs, placed.Chunk, cancellationToken)).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask LookUpAsync(PackReader packs, FileChunk chunk, CancellationToken cancellationToken)
    {
        if (packs.TryLocate(chunk.Place, chunk.Digest, chunk.Length) is { } place)
        {
            Need(place);
            return;
        }

        try
        {
            await packs.LocateAsync(chunk.Place, chunk.Digest, chunk.Length, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Need(chunk.Place);
        }
    }

    // Not by &=, which would read the flag before the check and write it afterwards: checks may contain others.
    private async ValueTask CheckAsync(Func<ValueTask> check)
    {
        try
        {
            await check().ConfigureAwait(false);
        }
        catch (IntegrityException)
        {
            IsSound = false;
        }
    }

    private void Need(ChunkRef reference)
    {
        if (journal.State.Resolve(reference) is { } place)
        {
            Need(place);
        }
    }

    private void Need((PackId Object, int Ordinal) place) => marks?.Of(place.Object).Need(place.Ordinal);

    private bool IsNew(SeenSubtree seen) => _seen.Count < MaxSeen ? _seen.Add(seen) : !_seen.Contains(seen);
}
