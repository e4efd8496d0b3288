using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Versioning.Compression;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Trees;

namespace Versioning.Verifying;

/// <summary>Checks that the chunks of a file, one after another, are the bytes with the file's SHA-256; each distinct file once.</summary>
/// <remarks>Chunks are read and checked ahead side by side, the file's hash goes over them in order.</remarks>
internal sealed class FileCheck(JournalLog journal, ChunkMarks marks, int concurrency, Action<long> progress) : IDisposable
{
    private const int MaxBatch = 1024 * 1024;
    private const int MaxKnown = 1_000_000;

    // Bounds the memory of all files together.
    private readonly SemaphoreSlim _slots = new(Math.Clamp(2 * concurrency, 2, 24));
    private readonly ConcurrentDictionary<Key, bool> _known = new();

    internal const string Lies = "names a file whose chunks are sound but are not the bytes with its SHA-256";

    /// <summary>Whether a file was found to be other bytes than its SHA-256 says.</summary>
    internal bool IsWrong(ManifestEntry entry) => _known.TryGetValue(Key.Of(entry), out bool sound) && !sound;

    /// <returns>Whether nothing is wrong; details go to the marks.</returns>
    internal async Task<bool> RunAsync(PackReader packs, ManifestEntry entry, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(Key.Of(entry), out bool known))
        {
            return known;
        }

        try
        {
            return await CheckAsync(packs, entry, cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrityException)
        {
            // The list itself is not to be had.
            return false;
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task<bool> CheckAsync(PackReader packs, ManifestEntry entry, CancellationToken cancellationToken)
    {
        (Digest digest, bool whole) = await HashAsync(packs, entry, trust: true, cancellationToken).ConfigureAwait(false);
        if (whole && digest != entry.Sha256)
        {
            // Chunks that were checked before were not hashed again: only now is it sure that the file is what is wrong.
            (digest, whole) = await HashAsync(packs, entry, trust: false, cancellationToken).ConfigureAwait(false);
        }

        bool sound = digest == entry.Sha256;
        if (whole && (_known.Count < MaxKnown || !sound))
        {
            _known[Key.Of(entry)] = sound;
        }

        return whole && sound;
    }

    private async Task<(Digest Digest, bool Whole)> HashAsync(PackReader packs, ManifestEntry entry, bool trust, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var ahead = new Queue<Task<Piece>>();
        bool whole = true;
        try
        {
            await foreach (ChunkRun batch in InOrderAsync(packs, entry, cancellationToken).ConfigureAwait(false))
            {
                while (!_slots.Wait(0, cancellationToken))
                {
                    // Whoever waits for a slot must hold none, or all could wait for one another.
                    if (ahead.Count == 0)
                    {
                        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
                        break;
                    }

                    await TakeAsync(ahead.Dequeue()).ConfigureAwait(false);
                }

                ahead.Enqueue(Task.Run(() => ReadAsync(packs, batch, trust, cancellationToken), CancellationToken.None));
            }

            while (ahead.TryDequeue(out Task<Piece>? next))
            {
                await TakeAsync(next).ConfigureAwait(false);
            }
        }
        finally
        {
            while (ahead.TryDequeue(out Task<Piece>? left))
            {
                await left.ContinueWith(Return, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
            }
        }

        byte[] digest = hash.GetHashAndReset();
        return (new Digest(digest), whole);

        async Task TakeAsync(Task<Piece> task)
        {
            try
            {
                Piece piece = await task.ConfigureAwait(false);
                whole &= piece.IsSound;
                if (whole)
                {
                    hash.AppendData(piece.Content.AsSpan(0, piece.Length));
                }
            }
            finally
            {
                Return(task);
            }
        }
    }

    private void Return(Task<Piece> task)
    {
        if (task.IsCompletedSuccessfully)
        {
            ArrayPool<byte>.Shared.Return(task.Result.Content);
        }

        _slots.Release();
    }

    /// <summary>Runs of chunks that follow one another in the file and in an object.</summary>
    private static async IAsyncEnumerable<ChunkRun> InOrderAsync(PackReader packs, ManifestEntry entry, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ChunkRun? batch = null;
        int length = 0;
        await foreach (PlacedChunk placed in ChunkListReader.ChunksAsync(packs, entry, 0, cancellationToken).ConfigureAwait(false))
        {
            (PackId target, PackedChunk packed) = await packs.LocateAsync(placed.Chunk.Place, placed.Chunk.Digest, placed.Chunk.Length, cancellationToken).ConfigureAwait(false);
            if (batch is not null && (batch.Object != target || packed.Offset != batch.End || length + packed.Length > MaxBatch))
            {
                yield return batch;
                batch = null;
            }

            if (batch is null)
            {
                (batch, length) = (new ChunkRun(target), 0);
            }

            batch.Chunks.Add(new LocatedChunk(placed.Offset, placed.Chunk, packed));
            length += packed.Length;
        }

        if (batch is not null)
        {
            yield return batch;
        }
    }

    private async Task<Piece> ReadAsync(PackReader packs, ChunkRun batch, bool trust, CancellationToken cancellationToken)
    {
        int length = batch.Chunks.Sum(c => c.Chunk.Length), stored = (int)(batch.End - batch.Start);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(stored);

        // What is stored as it is need not be copied anywhere.
        bool raw = batch.Chunks.TrueForAll(c => c.Packed.Encoding == ChunkEncoding.Raw);
        byte[] content = raw ? buffer : ArrayPool<byte>.Shared.Rent(length);
        byte[]? result = null;
        bool sound = true;
        try
        {
            ObjectRead? read = await packs.Objects.ReadAsync(StoreKeys.Pack(batch.Object), batch.Start, buffer.AsMemory(0, stored), cancellationToken).ConfigureAwait(false);
            long first = batch.Chunks[0].Offset;
            foreach (LocatedChunk wanted in batch.Chunks)
            {
                Memory<byte> target = content.AsMemory((int)(wanted.Offset - first), wanted.Chunk.Length);
                ReadOnlyMemory<byte> bytes = read?.Count == stored ? buffer.AsMemory((int)(wanted.Packed.Offset - batch.Start), wanted.Packed.StoredLength) : default;
                sound &= await CheckAsync(packs, batch.Object, wanted, bytes, target, trust, cancellationToken).ConfigureAwait(false);
            }

            result = content;
            return new Piece(content, length, sound);
        }
        finally
        {
            if (content != buffer && result is null)
            {
                ArrayPool<byte>.Shared.Return(content);
            }

            if (buffer != result)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private async ValueTask<bool> CheckAsync(PackReader packs, PackId target, LocatedChunk wanted, ReadOnlyMemory<byte> stored, Memory<byte> content, bool trust, CancellationToken cancellationToken)
    {
        int? ordinal = journal.State.Resolve(wanted.Chunk.Place) is { } place && place.Object == target ? place.Ordinal : null;
        PackMarks known = marks.Of(target);
        if (stored.Length > 0 && trust && ordinal is { } seen && known.IsSound(seen))
        {
            if (packs.TryDecompress(wanted.Packed, stored.Span, content.Span))
            {
                return true;
            }
        }
        else if (stored.Length > 0 && PackCheck.IsSound(packs, wanted.Packed, stored.Span, content.Span))
        {
            if (wanted.Packed.Encoding == ChunkEncoding.Raw)
            {
                stored.CopyTo(content);
            }

            if (ordinal is { } good && known.NoteSound(good))
            {
                progress(stored.Length);
            }

            return true;
        }

        try
        {
            // It may lie elsewhere by now.
            ReadOnlyMemory<byte> again = await packs.ReadChunkAsync(wanted.Chunk.Place, wanted.Chunk.Digest, wanted.Chunk.Length, cancellationToken).ConfigureAwait(false);
            again.CopyTo(content);
            return true;
        }
        catch (IntegrityException)
        {
            if (journal.State.Resolve(wanted.Chunk.Place) is { } now)
            {
                marks.Of(now.Object).NoteBad(now.Ordinal, stored.Length > 0 ? PackCheck.Wrong : "is missing or truncated");
            }

            return false;
        }
    }

    private readonly record struct Piece(byte[] Content, int Length, bool IsSound);

    private readonly record struct Key(Digest Sha256, Digest List, ChunkRef Place)
    {
        internal static Key Of(ManifestEntry entry) => new(entry.Sha256, entry.ChunkList!.Value, entry.Place!.Value);
    }
}
