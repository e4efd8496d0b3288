using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Trees;

namespace Versioning.Verifying;

/// <summary>Finds the versions and files that a damage hits. Leaves that are not hit are gone through once for all versions.</summary>
internal sealed class DamageHits(JournalLog journal, ChunkMarks marks, FileCheck files, DamageList damages)
{
    private const int MaxClean = 250_000;

    private readonly HashSet<SeenSubtree> _clean = [];

    internal async Task FindAsync(PackReader packs, string artifact, PublishedVersion version, CancellationToken cancellationToken)
    {
        string name = new ArtifactPin(artifact, version.Number, version.Digest).ToString();
        if (version.Packs is { } summaries)
        {
            await CheckAsync(summaries, name, null, async () => await packs.ReadAsync(summaries, stored => PackSummaries.Decode(stored, "A summary of packs"), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }

        var walk = new ManifestWalk(new ManifestReader(packs, version.Content, version.Root));
        bool readable = true;
        while (walk.Next is { } next)
        {
            var leaf = SeenSubtree.Of(next.Child, walk.Bound);
            if (next.Entries is not null)
            {
                walk.Take();
                bool clean = readable;
                foreach (ManifestEntry entry in next.Entries)
                {
                    clean &= await CheckAsync(packs, entry, name, $"{artifact}@{version.Number} {entry.Name}", cancellationToken).ConfigureAwait(false);
                }

                if (clean && _clean.Count < MaxClean)
                {
                    _clean.Add(leaf);
                }
            }
            else if (_clean.Contains(leaf))
            {
                walk.Take();
            }
            else
            {
                readable = await CheckAsync(next.Child.Place, name, null, () => walk.DescendAsync(cancellationToken)).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> CheckAsync(PackReader packs, ManifestEntry entry, string version, string file, CancellationToken cancellationToken)
    {
        if (entry.Place is not { } place)
        {
            return true;
        }

        bool clean = true;
        if (entry.ChunkList is not null && files.IsWrong(entry))
        {
            clean = false;
            damages.Add(KeyOf(place), FileCheck.Lies, version, file);
        }

        return await CheckAsync(place, version, file, async () =>
        {
            await foreach (PlacedChunk placed in ChunkListReader.ChunksAsync(packs, entry, 0, cancellationToken).ConfigureAwait(false))
            {
                FileChunk chunk = placed.Chunk;
                clean &= await CheckAsync(chunk.Place, version, file, async () => await packs.LocateAsync(chunk.Place, chunk.Digest, chunk.Length, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            }
        }).ConfigureAwait(false) && clean;
    }

    /// <summary>Whether a chunk is sound and what it is read for succeeds.</summary>
    private async ValueTask<bool> CheckAsync(ChunkRef reference, string version, string? file, Func<ValueTask> read)
    {
        try
        {
            await read().ConfigureAwait(false);
        }
        catch (IntegrityException e)
        {
            string problem = e.Code == "chunk_gone" ? "was collected although a version needs it" : e.Message;
            damages.Add(KeyOf(reference), IsBad(reference) ? null : problem, version, file);
            return false;
        }

        if (IsBad(reference))
        {
            damages.Add(KeyOf(reference), null, version, file);
            return false;
        }

        return true;
    }

    private bool IsBad(ChunkRef reference) => journal.State.Resolve(reference) is { } place && marks.Of(place.Object).IsBad(place.Ordinal);

    private string KeyOf(ChunkRef reference) => StoreKeys.Pack(journal.State.Resolve(reference)?.Object ?? reference.Pack).Value;
}
