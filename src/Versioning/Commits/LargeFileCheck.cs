using Microsoft.Win32.SafeHandles;
using Versioning.Files;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>
/// Compares a large file with the chunks that it had: equal chunks in the same order are the same file, so neither its
/// own hash, which can't be computed side by side, nor cuts are needed.
/// </summary>
internal sealed class LargeFileCheck(PackReader packs, SlabPool slabs, Workers workers, Func<long> now)
{
    /// <returns>The file's identity, or null where it is another file now.</returns>
    internal async Task<FileIdentity?> IsStillAsync(SourceFile file, ManifestEntry old, CancellationToken cancellationToken)
    {
        using SafeFileHandle handle = file.Open();
        long startedAt = now();
        if (SourceTree.Stamp(handle) is var stamp && stamp != file.Stamp)
        {
            return null;
        }

        bool same = await CompareAsync(handle, old, cancellationToken).ConfigureAwait(false);
        return same && SourceTree.Stamp(handle) == stamp ? new FileIdentity(old.Sha256, stamp, startedAt) : null;
    }

    private async Task<bool> CompareAsync(SafeFileHandle handle, ManifestEntry old, CancellationToken cancellationToken)
    {
        var comparing = new List<Task>();
        var chunks = new List<PlacedChunk>();
        bool differs = false;
        try
        {
            await foreach (PlacedChunk chunk in ChunkListReader.ChunksAsync(packs, old, 0, cancellationToken).ConfigureAwait(false))
            {
                if (chunks.Count > 0 && chunk.Offset + chunk.Chunk.Length - chunks[0].Offset > SlabPool.Length)
                {
                    await StartAsync(chunks).ConfigureAwait(false);
                    chunks = [];
                }

                if (Volatile.Read(ref differs))
                {
                    break;
                }

                chunks.Add(chunk);
            }

            if (chunks.Count > 0)
            {
                await StartAsync(chunks).ConfigureAwait(false);
            }
        }
        catch (IntegrityException)
        {
            // What the store has of the file can't be read; the file itself can.
            differs = true;
        }
        finally
        {
            // Also on the way out: none may use the handle or a slab any more.
            await Task.WhenAll(comparing).ConfigureAwait(false);
        }

        return !differs;

        async ValueTask StartAsync(List<PlacedChunk> part)
        {
            Slab slab = await slabs.TakeAsync(cancellationToken).ConfigureAwait(false);
            comparing.RemoveAll(c => c.IsCompletedSuccessfully);
            comparing.Add(workers.RunAsync(
                () =>
                {
                    using (slab)
                    {
                        if (!Compare(handle, part, slab.Content))
                        {
                            Volatile.Write(ref differs, true);
                        }
                    }

                    return Task.CompletedTask;
                },
                CancellationToken.None));
        }
    }

    private static bool Compare(SafeFileHandle handle, List<PlacedChunk> chunks, byte[] buffer)
    {
        long start = chunks[0].Offset;
        int length = (int)(chunks[^1].Offset + chunks[^1].Chunk.Length - start);
        return FileReading.Fill(handle, buffer.AsSpan(0, length), start) == length
            && chunks.TrueForAll(c => Digest.Of(buffer.AsSpan((int)(c.Offset - start), c.Chunk.Length)) == c.Chunk.Digest);
    }
}
