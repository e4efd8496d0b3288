using System.Collections.Concurrent;
using Versioning.Compression;
using Versioning.Storage;

namespace Versioning.Packs;

/// <summary>Reads chunks, each verified against the digest that the caller expects, or else the one in its pack's footer.</summary>
/// <remarks>
/// What is absent or wrong may have moved since the journal was folded. So every failure folds again and resolves object
/// and ordinal anew; it is damage only where they are still the same.
/// </remarks>
internal sealed class PackReader : IDisposable
{
    private readonly Func<ChunkRef, (PackId Object, int Ordinal)?> _resolve;
    private readonly Func<CancellationToken, Task> _refold;
    private readonly Func<VersioningException?> _whyGone;
    private readonly FooterCache _footers;
    private readonly ConcurrentBag<ChunkDecompressor> _decompressors;

    /// <param name="objects">Where the packs lie.</param>
    /// <param name="resolve">The object and ordinal that a reference means now, or null where it is not valid.</param>
    /// <param name="refold">Brings what <paramref name="resolve"/> knows up to date.</param>
    internal PackReader(ObjectStore objects, Func<ChunkRef, (PackId Object, int Ordinal)?> resolve, Func<CancellationToken, Task> refold)
    {
        (Objects, _resolve, _refold, _whyGone) = (objects, resolve, refold, () => null);
        (_footers, _decompressors) = (new FooterCache(objects), []);
    }

    private PackReader(PackReader other, Func<VersioningException?> whyGone)
    {
        (Objects, _resolve, _refold, _whyGone) = (other.Objects, other._resolve, other._refold, whyGone);
        (_footers, _decompressors) = (other._footers, other._decompressors);
    }

    internal ObjectStore Objects { get; }

    /// <summary>The same reader on behalf of a version: where that is gone, this is said instead of that chunks are.</summary>
    /// <param name="whyGone">The reason why nothing of the version has to be there any more, or null.</param>
    internal PackReader For(Func<VersioningException?> whyGone) => new(this, whyGone);

    /// <summary>A chunk's bytes, decoded and verified by its pack's footer.</summary>
    internal ValueTask<ReadOnlyMemory<byte>> ReadChunkAsync(ChunkRef reference, CancellationToken cancellationToken) =>
        ReadAsync(reference, content => content, cancellationToken);

    /// <summary>The bytes with that digest.</summary>
    internal ValueTask<ReadOnlyMemory<byte>> ReadChunkAsync(ChunkRef reference, Digest expected, int length, CancellationToken cancellationToken) =>
        SettleAsync(
            reference,
            async place =>
            {
                (PackId target, PackedChunk chunk) = await LocateAsync(reference, place, cancellationToken).ConfigureAwait(false);
                RequireExpected(target, chunk, expected, length);
                return await ReadLocatedAsync(target, chunk, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>What a chunk's bytes mean.</summary>
    /// <param name="reference">The chunk.</param>
    /// <param name="decode">Throws where the bytes are not what was expected.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <param name="behind">How many bytes of the pack that lie before the chunk are read with it and kept.</param>
    internal ValueTask<T> ReadAsync<T>(ChunkRef reference, Func<ReadOnlyMemory<byte>, T> decode, CancellationToken cancellationToken, int behind = 0) =>
        SettleAsync(
            reference,
            async place =>
            {
                (PackId target, PackedChunk chunk) = await LocateAsync(reference, place, cancellationToken).ConfigureAwait(false);
                return decode(await ReadLocatedAsync(target, chunk, cancellationToken, behind).ConfigureAwait(false));
            },
            cancellationToken);

    /// <summary>The record of the chunk with that digest and the object that holds it.</summary>
    internal ValueTask<(PackId Object, PackedChunk Chunk)> LocateAsync(ChunkRef reference, Digest expected, int length, CancellationToken cancellationToken)
    {
        if (_resolve(reference) is { } known && TryFind(known, expected, length, out PackedChunk found))
        {
            return ValueTask.FromResult((known.Object, found));
        }

        return SettleAsync(
            reference,
            async place =>
            {
                (PackId target, PackedChunk chunk) = await LocateAsync(reference, place, cancellationToken).ConfigureAwait(false);
                RequireExpected(target, chunk, expected, length);
                return (target, chunk);
            },
            cancellationToken);
    }

    /// <summary>Where the chunk with that digest lies, if its footer is at hand; else <see cref="LocateAsync(ChunkRef, Digest, int, CancellationToken)"/> says.</summary>
    internal (PackId Object, int Ordinal)? TryLocate(ChunkRef reference, Digest expected, int length) =>
        _resolve(reference) is { } known && TryFind(known, expected, length, out _) ? known : null;

    /// <summary>The footer of a pack object.</summary>
    internal async ValueTask<PackFooter> FooterAsync(PackId target, CancellationToken cancellationToken) =>
        (await _footers.GetAsync(target, cancellationToken).ConfigureAwait(false)).Footer;

    /// <summary>Decodes one chunk's stored bytes; false where they are not what the record says.</summary>
    internal bool TryDecode(PackedChunk chunk, ReadOnlySpan<byte> stored, Span<byte> destination) =>
        TryDecompress(chunk, stored, destination) && Digest.Of(destination) == chunk.Digest;

    /// <summary>The same without the hash: for callers that hash the bytes as part of something larger.</summary>
    internal bool TryDecompress(PackedChunk chunk, ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        if (chunk.Encoding == ChunkEncoding.Raw)
        {
            stored.CopyTo(destination);
            return true;
        }

        ChunkDecompressor decompressor = _decompressors.TryTake(out ChunkDecompressor? idle) ? idle : new ChunkDecompressor();
        try
        {
            decompressor.Decompress(chunk.Encoding, stored, destination);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            _decompressors.Add(decompressor);
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

    private bool TryFind((PackId Object, int Ordinal) place, Digest expected, int length, out PackedChunk chunk)
    {
        chunk = default;
        if (!_footers.TryGet(place.Object, out LoadedPack? pack) || place.Ordinal >= pack.Footer.Count)
        {
            return false;
        }

        chunk = pack.Footer[place.Ordinal];
        return chunk.Digest == expected && chunk.Length == length;
    }

    private static void RequireExpected(PackId target, PackedChunk chunk, Digest expected, int length)
    {
        if (chunk.Digest != expected || chunk.Length != length)
        {
            throw new IntegrityException("chunk_missing", $"{StoreKeys.Pack(target)} has another chunk where {expected} should be.", "Run 'vers verify' to see which files are hit.");
        }
    }

    private async ValueTask<T> SettleAsync<T>(ChunkRef reference, Func<(PackId Object, int Ordinal)?, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        (PackId Object, int Ordinal)? place = _resolve(reference);
        while (true)
        {
            try
            {
                return await read(place).ConfigureAwait(false);
            }
            catch (IntegrityException)
            {
                await _refold(cancellationToken).ConfigureAwait(false);
                (PackId Object, int Ordinal)? now = _resolve(reference);
                if (now == place)
                {
                    if (_whyGone() is { } reason)
                    {
                        throw reason;
                    }

                    throw;
                }

                place = now;
            }
        }
    }

    private async ValueTask<(PackId Object, PackedChunk Chunk)> LocateAsync(ChunkRef reference, (PackId Object, int Ordinal)? place, CancellationToken cancellationToken)
    {
        (PackId target, int ordinal) = place ?? throw new IntegrityException("chunk_gone", $"Chunk {reference.Ordinal} of pack {reference.Pack} is not held by any pack any more.", "The store is damaged: run 'vers verify'.");
        PackFooter footer = await FooterAsync(target, cancellationToken).ConfigureAwait(false);
        return ordinal < footer.Count && footer[ordinal] is { Length: > 0 } chunk
            ? (target, chunk)
            : throw new IntegrityException("chunk_missing", $"{StoreKeys.Pack(target)} has no chunk {ordinal}.", "Run 'vers verify'.");
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadLocatedAsync(PackId target, PackedChunk chunk, CancellationToken cancellationToken, int behind = 0)
    {
        LoadedPack pack = await _footers.GetAsync(target, cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> stored;
        bool isShared = false;
        if (pack.Stored(chunk) is { } known)
        {
            (stored, isShared) = (known, true);
        }
        else
        {
            int before = (int)Math.Min(behind, chunk.Offset);
            byte[] buffer = GC.AllocateUninitializedArray<byte>(before + chunk.StoredLength);
            ObjectRead? read = await Objects.ReadAsync(StoreKeys.Pack(target), chunk.Offset - before, buffer, cancellationToken).ConfigureAwait(false);
            stored = read?.Count == buffer.Length ? buffer.AsMemory(before) : throw FooterCache.Absent(target);
            if (before > 0)
            {
                _footers.Keep(target, pack with { Window = buffer, WindowStart = chunk.Offset - before });
                isShared = true;
            }
        }

        if (chunk.Encoding == ChunkEncoding.Raw && !isShared)
        {
            return Digest.Of(stored.Span) == chunk.Digest ? stored : throw Wrong(target, chunk);
        }

        byte[] content = GC.AllocateUninitializedArray<byte>(chunk.Length);
        if (TryDecode(chunk, stored.Span, content))
        {
            return content;
        }

        // Wrong bytes that are kept would stay wrong.
        _footers.Forget(target);
        throw Wrong(target, chunk);
    }

    private static IntegrityException Wrong(PackId target, PackedChunk chunk) =>
        new("chunk_damaged", $"A chunk at byte {chunk.Offset} of {StoreKeys.Pack(target)} is not what its digest says.", "Run 'vers verify' to see which files are hit.");
}
