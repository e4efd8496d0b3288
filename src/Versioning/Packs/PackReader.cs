using System.Collections.Concurrent;
using System.IO.Hashing;
using Versioning.Compression;
using Versioning.Storage;

namespace Versioning.Packs;

/// <summary>Reads chunks, each verified against the digest that its pack's footer gives; callers that know a digest check it again.</summary>
/// <param name="objects">Where the packs lie.</param>
/// <param name="resolve">The object and ordinal that a reference means now, or null where it is not valid.</param>
/// <param name="refold">Brings what <paramref name="resolve"/> knows up to date.</param>
internal sealed class PackReader(ObjectStore objects, Func<ChunkRef, (PackId Object, int Ordinal)?> resolve, Func<CancellationToken, Task> refold) : IDisposable
{
    private const int TailLength = 96 * 1024;
    private const long MaxCachedBytes = 48 * 1024 * 1024;

    // Keyed by object, never by pack id: a pack may move.
    private readonly ConcurrentDictionary<PackId, CachedPack> _packs = new();
    private readonly ConcurrentBag<ChunkDecompressor> _decompressors = [];
    private long _cachedBytes;

    internal ObjectStore Objects => objects;

    /// <summary>A chunk's bytes, decoded and verified.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>> ReadChunkAsync(ChunkRef reference, CancellationToken cancellationToken)
    {
        (PackId Object, int Ordinal)? place = resolve(reference);
        while (true)
        {
            try
            {
                return await ReadResolvedAsync(reference, place, cancellationToken).ConfigureAwait(false);
            }
            catch (IntegrityException)
            {
                // What is absent or wrong may have moved since the journal was folded, and again since then.
                await refold(cancellationToken).ConfigureAwait(false);
                (PackId Object, int Ordinal)? now = resolve(reference);
                if (now == place)
                {
                    throw;
                }

                place = now;
            }
        }
    }

    /// <summary>The footer of a pack object.</summary>
    internal async ValueTask<PackFooter> FooterAsync(PackId target, CancellationToken cancellationToken) =>
        (await LoadAsync(target, cancellationToken).ConfigureAwait(false)).Footer;

    /// <summary>Decodes one chunk's stored bytes and checks them against the record.</summary>
    internal void Decode(PackedChunk chunk, ReadOnlySpan<byte> stored, Span<byte> destination, string what)
    {
        if (chunk.Encoding == ChunkEncoding.Raw)
        {
            stored.CopyTo(destination);
        }
        else
        {
            ChunkDecompressor decompressor = _decompressors.TryTake(out ChunkDecompressor? idle) ? idle : new ChunkDecompressor();
            try
            {
                decompressor.Decompress(chunk.Encoding, stored, destination);
            }
            catch (InvalidDataException e)
            {
                throw Wrong(what, e);
            }
            finally
            {
                _decompressors.Add(decompressor);
            }
        }

        if (Digest.Of(destination) != chunk.Digest)
        {
            throw Wrong(what, null);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_decompressors.TryTake(out ChunkDecompressor? decompressor))
        {
            decompressor.Dispose();
        }
    }

    /// <summary>The record of a chunk and the object that holds it.</summary>
    internal ValueTask<(PackId Object, PackedChunk Chunk)> LocateAsync(ChunkRef reference, CancellationToken cancellationToken) =>
        LocateAsync(reference, resolve(reference), cancellationToken);

    internal static string Describe(PackId target, PackedChunk chunk) => $"A chunk at byte {chunk.Offset} of {StoreKeys.Pack(target)}";

    private static IntegrityException Wrong(string what, Exception? inner) =>
        new("chunk_damaged", $"{what} is not what its digest says.", "Run 'vers verify' to see which files are hit.", inner);

    private async ValueTask<(PackId Object, PackedChunk Chunk)> LocateAsync(ChunkRef reference, (PackId Object, int Ordinal)? place, CancellationToken cancellationToken)
    {
        (PackId target, int ordinal) = place ?? throw new IntegrityException("chunk_gone", $"Chunk {reference.Ordinal} of pack {reference.Pack} is not held by any pack any more.", "The version was retired, or the store is damaged: run 'vers verify'.");
        PackFooter footer = await FooterAsync(target, cancellationToken).ConfigureAwait(false);
        return ordinal < footer.Count && footer[ordinal] is { Length: > 0 } chunk
            ? (target, chunk)
            : throw new IntegrityException("chunk_missing", $"{StoreKeys.Pack(target)} has no chunk {ordinal}.", "Run 'vers verify'.");
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadResolvedAsync(ChunkRef reference, (PackId Object, int Ordinal)? place, CancellationToken cancellationToken)
    {
        (PackId target, PackedChunk chunk) = await LocateAsync(reference, place, cancellationToken).ConfigureAwait(false);
        CachedPack pack = await LoadAsync(target, cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> stored;
        if (pack.Whole is { } whole)
        {
            stored = whole.Slice((int)chunk.Offset, chunk.StoredLength);
        }
        else
        {
            byte[] buffer = new byte[chunk.StoredLength];
            ObjectRead? read = await objects.ReadAsync(StoreKeys.Pack(target), chunk.Offset, buffer, cancellationToken).ConfigureAwait(false);
            stored = read?.Count == buffer.Length ? buffer : throw Absent(target);
        }

        byte[] content = new byte[chunk.Length];
        Decode(chunk, stored.Span, content, Describe(target, chunk));
        return content;
    }

    private async ValueTask<CachedPack> LoadAsync(PackId target, CancellationToken cancellationToken)
    {
        if (_packs.TryGetValue(target, out CachedPack? cached))
        {
            return cached;
        }

        ObjectKey key = StoreKeys.Pack(target);
        byte[] tail = new byte[TailLength];
        ObjectRead read = await objects.ReadAsync(key, -TailLength, tail, cancellationToken).ConfigureAwait(false) ?? throw Absent(target);
        tail = tail[..read.Count];
        if (PackFooter.LengthFromTail(tail) is { } length && length > tail.Length && length <= read.ObjectLength)
        {
            tail = new byte[length];
            ObjectRead? again = await objects.ReadAsync(key, -length, tail, cancellationToken).ConfigureAwait(false);
            if (again?.Count != length)
            {
                throw Absent(target);
            }
        }

        PackFooter footer = PackFooter.Parse(tail, read.ObjectLength, key.Value);
        var loaded = new CachedPack(footer, tail.Length == read.ObjectLength ? tail : (ReadOnlyMemory<byte>?)null);
        if (Interlocked.Add(ref _cachedBytes, tail.Length) > MaxCachedBytes)
        {
            // Footers are cheap to read again; bounded memory matters more than the few that are in use.
            _packs.Clear();
            Interlocked.Exchange(ref _cachedBytes, tail.Length);
        }

        _packs[target] = loaded;
        return loaded;
    }

    private static IntegrityException Absent(PackId target) =>
        new("object_missing", $"{StoreKeys.Pack(target)} is missing.", "Run 'vers verify' to see which versions are hit.");

    private sealed record CachedPack(PackFooter Footer, ReadOnlyMemory<byte>? Whole);
}
