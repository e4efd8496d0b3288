using System.IO.Hashing;
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
internal sealed class ManifestCheck(JournalLog journal, ChunkMarks? marks)
{
    private const int MaxSeen = 250_000;

    private readonly HashSet<Seen> _seen = [];

    /// <summary>Whether every node and every reference was as it should be.</summary>
    internal bool IsSound { get; private set; } = true;

    internal async IAsyncEnumerable<ManifestEntry> LargeFilesAsync(PackReader packs, PublishedVersion version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (version.Packs is { } summaries)
        {
            Need(summaries);
            IsSound &= await HoldsAsync(async () => await packs.ReadAsync(summaries, stored => PackSummaries.Decode(stored, "A summary of packs"), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }

        var pending = new Stack<(ManifestChild Child, int? Level)>();
        pending.Push((new ManifestChild([], version.Content, 0, 0, version.Root), null));
        while (pending.TryPop(out (ManifestChild Child, int? Level) next))
        {
            if (next.Level is not null && !IsNew(next.Child))
            {
                continue;
            }

            Need(next.Child.Place);
            ManifestNode? node = null;
            IsSound &= await HoldsAsync(async () => node = await ReadNodeAsync(packs, version, next.Child, next.Level, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            for (int i = (node?.Children.Length ?? 0) - 1; i >= 0; i--)
            {
                pending.Push((node!.Children[i], node.Level - 1));
            }

            foreach (ManifestEntry entry in node?.Entries ?? [])
            {
                if (entry.ChunkList is not null)
                {
                    yield return entry;
                }
                else if (ChunkListReader.OnlyChunk(entry) is { Chunk: var only })
                {
                    if (packs.TryLocate(only.Place, only.Digest, only.Length) is { } place)
                    {
                        Need(place);
                    }
                    else
                    {
                        IsSound &= await HoldsAsync(async () => await packs.LocateAsync(only.Place, only.Digest, only.Length, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                        Need(only.Place);
                    }
                }
            }
        }
    }

    /// <summary>Reads a node and checks that it holds what its parent says.</summary>
    internal static async ValueTask<ManifestNode> ReadNodeAsync(PackReader packs, PublishedVersion version, ManifestChild child, int? level, CancellationToken cancellationToken)
    {
        ManifestNode node = await new ManifestReader(packs, version.Content, version.Root).NodeAsync(child.Digest, child.Place, level, cancellationToken).ConfigureAwait(false);
        byte[] first = node.Level > 0 ? node.Children[0].FirstPath : node.Entries.Length > 0 ? node.Entries[0].Path : [];
        bool holds = level is null || (node.Files == child.Files && node.Bytes == child.Bytes && first.AsSpan().SequenceEqual(child.FirstPath));
        return holds ? node : throw new IntegrityException("node_damaged", $"Manifest node {child.Digest} does not hold the files that its parent says.");
    }

    private static async ValueTask<bool> HoldsAsync(Func<ValueTask> check)
    {
        try
        {
            await check().ConfigureAwait(false);
            return true;
        }
        catch (IntegrityException)
        {
            return false;
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

    private bool IsNew(ManifestChild child)
    {
        var seen = new Seen(child.Digest, child.Place, child.Files, child.Bytes, XxHash3.HashToUInt64(child.FirstPath));
        return _seen.Count < MaxSeen ? _seen.Add(seen) : !_seen.Contains(seen);
    }

    /// <summary>A subtree and what was claimed about it; equal digests do not mean that the bytes lie in the same packs.</summary>
    private readonly record struct Seen(Digest Digest, ChunkRef Place, long Files, long Bytes, ulong FirstPath);
}
