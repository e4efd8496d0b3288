using System.Collections.Concurrent;
using Versioning.Compression;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>A chunk as it is stored, verified.</summary>
internal readonly record struct StoredChunk(int Length, ChunkEncoding Encoding, ReadOnlyMemory<byte> Stored);

/// <summary>Reads chunks of another store as they are stored, neighbours in one read, and verifies each against its digest.</summary>
internal sealed class ChunkSource(PackReader packs, int readsAtOnce)
{
    private const int MaxGap = 64 * 1024, MaxRun = 4 * 1024 * 1024;

    internal async Task<IReadOnlyDictionary<Digest, StoredChunk>> ReadAsync(IReadOnlyCollection<FileChunk> chunks, CancellationToken cancellationToken)
    {
        var found = new ConcurrentDictionary<Digest, StoredChunk>();
        List<Located> located = [];
        foreach (FileChunk chunk in chunks)
        {
            (PackId target, PackedChunk packed) = await packs.FindAsync(chunk.Place, chunk.Digest, chunk.Length, cancellationToken).ConfigureAwait(false);
            located.Add(new Located(target, packed, chunk));
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = readsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Runs(located), options, async (run, token) => await ReadAsync(run, found, token).ConfigureAwait(false)).ConfigureAwait(false);
        return found;
    }

    private static IEnumerable<List<Located>> Runs(List<Located> located)
    {
        List<Located> run = [];
        foreach (Located next in located.OrderBy(l => l.Object).ThenBy(l => l.Packed.Offset))
        {
            if (run is [var first, ..] && (next.Object != first.Object || next.Packed.Offset - run[^1].End > MaxGap || next.End - first.Packed.Offset > MaxRun))
            {
                yield return run;
                run = [];
            }

            run.Add(next);
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }

    private async ValueTask ReadAsync(List<Located> run, ConcurrentDictionary<Digest, StoredChunk> found, CancellationToken cancellationToken)
    {
        long start = run[0].Packed.Offset;
        byte[] bytes = new byte[run[^1].End - start];
        ObjectRead? read = await packs.Objects.ReadAsync(StoreKeys.Pack(run[0].Object), start, bytes, cancellationToken).ConfigureAwait(false);
        foreach (Located chunk in run)
        {
            ReadOnlyMemory<byte> stored = bytes.AsMemory((int)(chunk.Packed.Offset - start), chunk.Packed.StoredLength);
            found[chunk.Chunk.Digest] = read?.Count == bytes.Length && packs.TryDecode(chunk.Packed, stored.Span, new byte[chunk.Packed.Length])
                ? new StoredChunk(chunk.Packed.Length, chunk.Packed.Encoding, stored)
                : await AgainAsync(chunk.Chunk, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What is absent or wrong may have moved; where it did not, this says what is damaged.</summary>
    private async Task<StoredChunk> AgainAsync(FileChunk chunk, CancellationToken cancellationToken) =>
        new(chunk.Length, ChunkEncoding.Raw, await packs.ReadChunkAsync(chunk.Place, chunk.Digest, chunk.Length, cancellationToken).ConfigureAwait(false));

    private readonly record struct Located(PackId Object, PackedChunk Packed, FileChunk Chunk)
    {
        internal long End => Packed.Offset + Packed.StoredLength;
    }
}
