using System.Collections.Concurrent;
using System.IO.Hashing;
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
    /// <summary>About the nodes of a file of a few GiB, in bytes.</summary>
    private const int MaxBefore = 1024 * 1024;

    private readonly bool _byFooter;
    private readonly NodeCache _nodes;
    private readonly FooterCache _footers;
    private readonly ConcurrentBag<ChunkDecompressor> _decompressors;

    /// <param name="objects">Where the packs lie.</param>
    /// <param name="resolve">The object and ordinal that a reference means now, or null where it is not valid.</param>
    /// <param name="refold">Brings what <paramref name="resolve"/> knows up to date.</param>
    /// <param name="byFooter">Whether only footers are believed, and a reference that says something else is damage.</param>
    /// <param name="kept">What this machine keeps of the packs; null: everything is read from the store.</param>
    internal PackReader(ObjectStore objects, Func<ChunkRef, (PackId Object, int Ordinal)?> resolve, Func<CancellationToken, Task> refold, bool byFooter = false, KeptPacks? kept = null)
    {
        Kept = kept;
        _byFooter = byFooter;
        (Objects, _resolve, _refold, _whyGone) = (objects, resolve, refold, () => null);
        (_footers, _nodes, _decompressors) = (new FooterCache(objects, kept), new NodeCache(), []);
    }

    private PackReader(PackReader other, Func<VersioningException?> whyGone)
    {
        (Objects, _resolve, _refold, _whyGone, _byFooter) = (other.Objects, other._resolve, other._refold, whyGone, other._byFooter);
        (_footers, _nodes, Kept, _decompressors) = (other._footers, other._nodes, other.Kept, other._decompressors);
    }

    internal ObjectStore Objects { get; }

    /// <summary>What this machine keeps of the packs, or null.</summary>
    internal KeptPacks? Kept { get; }

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
    /// <param name="ahead">Stored bytes that were read already, or null.</param>
    /// <param name="walks">Whether all nodes are gone through; otherwise few are looked for, and nodes below this one lie before it.</param>
    internal ValueTask<T> ReadAsync<T>(ChunkRef reference, Func<ReadOnlyMemory<byte>, T> decode, CancellationToken cancellationToken, ReadAhead? ahead = null, bool walks = true) =>
        LiesAsItSays(reference) ? ReadDirectAsync(reference, decode, ahead, walks, cancellationToken) : ReadByFooterAsync(reference, decode, cancellationToken);

    private async ValueTask<T> ReadDirectAsync<T>(ChunkRef reference, Func<ReadOnlyMemory<byte>, T> decode, ReadAhead? ahead, bool walks, CancellationToken cancellationToken)
    {
        StoredSpan span = reference.Span;
        try
        {
            if (_nodes.Find(reference) is { } known)
            {
                return decode(known);
            }

            ReadOnlyMemory<byte>? stored = ahead?.Take(reference) ?? _nodes.FindStored(reference)
                ?? await ReadAroundAsync(reference, walks ? 0 : MaxBefore, cancellationToken).ConfigureAwait(false);
            if (stored is { } bytes && XxHash3.HashToUInt64(bytes.Span) == span.Checksum && Decompress(span, bytes) is { } content)
            {
                T decoded = decode(content);
                if (!walks)
                {
                    _nodes.Add(reference, content);
                }

                return decoded;
            }
        }
        catch (IntegrityException)
        {
            // It may have moved, or is damaged: the footer tells.
        }

        return await ReadByFooterAsync(reference, decode, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>From a remote store a node comes together with what lies before it, which is what it leads to.</summary>
    private async ValueTask<ReadOnlyMemory<byte>?> ReadAroundAsync(ChunkRef reference, int most, CancellationToken cancellationToken)
    {
        StoredSpan span = reference.Span;
        if (Kept?.Piece(reference.Pack, span.Offset, span.End) is { } known)
        {
            _nodes.Add(known);
            return known.Take(reference);
        }

        int before = Objects.IsRemote ? Math.Min(span.Offset, most) : 0;
        if (await ReadAheadAsync(reference.Pack, span.Offset - before, before + span.StoredLength, cancellationToken).ConfigureAwait(false) is not { } piece)
        {
            return null;
        }

        if (before > 0)
        {
            _nodes.Add(piece);
        }

        return piece.Take(reference);
    }

    private async ValueTask<ReadOnlyMemory<byte>?> ReadStoredAsync(PackId target, long offset, int length, CancellationToken cancellationToken)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(length);
        ObjectRead? read = await Objects.ReadAsync(StoreKeys.Pack(target), offset, buffer, cancellationToken).ConfigureAwait(false);
        return read?.Count == length ? buffer : default(ReadOnlyMemory<byte>?);
    }

    private ReadOnlyMemory<byte>? Decompress(StoredSpan span, ReadOnlyMemory<byte> stored)
    {
        if (span.Encoding == ChunkEncoding.Raw)
        {
            return stored;
        }

        byte[] content = GC.AllocateUninitializedArray<byte>(span.Length);
        return TryDecompress(span.Encoding, stored.Span, content) ? content : default(ReadOnlyMemory<byte>?);
    }

    private ValueTask<T> ReadByFooterAsync<T>(ChunkRef reference, Func<ReadOnlyMemory<byte>, T> decode, CancellationToken cancellationToken) =>
        SettleAsync(
            reference,
            async place =>
            {
                (PackId target, PackedChunk chunk) = await LocateAsync(reference, place, cancellationToken).ConfigureAwait(false);
                return decode(await ReadLocatedAsync(target, chunk, cancellationToken).ConfigureAwait(false));
            },
            cancellationToken);

    /// <summary>Where the chunk with that digest lies: as its reference says, or else its footer. Whoever reads there checks the bytes.</summary>
    internal ValueTask<(PackId Object, PackedChunk Chunk)> FindAsync(ChunkRef reference, Digest expected, int length, CancellationToken cancellationToken)
    {
        StoredSpan span = reference.Span;
        return LiesAsItSays(reference) && span.Length == length
            ? ValueTask.FromResult((reference.Pack, new PackedChunk(expected, length, span.Offset, span.StoredLength, span.Encoding, span.Checksum)))
            : LocateAsync(reference, expected, length, cancellationToken);
    }

    /// <summary>Reads neighbouring stored bytes at once; null where they are not to be had.</summary>
    internal async ValueTask<ReadAhead?> ReadAheadAsync(PackId target, int start, int length, CancellationToken cancellationToken)
    {
        if (Kept?.Piece(target, start, start + length) is { } known)
        {
            return known;
        }

        if (await ReadStoredAsync(target, start, length, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return null;
        }

        Kept?.Keep(target, start, bytes);
        return new ReadAhead(target, start, bytes);
    }

    /// <summary>Whether the bytes of a chunk lie where its reference says, as far as the journal tells.</summary>
    internal bool LiesAsItSays(ChunkRef reference) =>
        !_byFooter && reference.Span.IsKnown && _resolve(reference) == (reference.Pack, reference.Ordinal);

    /// <summary>The record in its footer of the chunk with that digest and the object that holds it.</summary>
    internal ValueTask<(PackId Object, PackedChunk Chunk)> LocateAsync(ChunkRef reference, Digest expected, int length, CancellationToken cancellationToken)
    {
        if (_resolve(reference) is { } known && TryFind(reference, known, expected, length, out PackedChunk found))
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
        _resolve(reference) is { } known && TryFind(reference, known, expected, length, out _) ? known : null;

    /// <summary>The footer of a pack object.</summary>
    internal async ValueTask<PackFooter> FooterAsync(PackId target, CancellationToken cancellationToken) =>
        (await _footers.GetAsync(target, cancellationToken).ConfigureAwait(false)).Footer;

    /// <summary>Decodes one chunk's stored bytes; false where they are not what the record says.</summary>
    internal bool TryDecode(PackedChunk chunk, ReadOnlySpan<byte> stored, Span<byte> destination) =>
        TryDecompress(chunk, stored, destination) && Digest.Of(destination) == chunk.Digest;

    /// <summary>The same without the hash: for callers that hash the bytes as part of something larger.</summary>
    internal bool TryDecompress(PackedChunk chunk, ReadOnlySpan<byte> stored, Span<byte> destination) => TryDecompress(chunk.Encoding, stored, destination);

    private bool TryDecompress(ChunkEncoding encoding, ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        if (encoding == ChunkEncoding.Raw)
        {
            stored.CopyTo(destination);
            return true;
        }

        ChunkDecompressor decompressor = _decompressors.TryTake(out ChunkDecompressor? idle) ? idle : new ChunkDecompressor();
        try
        {
            decompressor.Decompress(encoding, stored, destination);
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

    private bool TryFind(ChunkRef reference, (PackId Object, int Ordinal) place, Digest expected, int length, out PackedChunk chunk)
    {
        chunk = default;
        if (!_footers.TryGet(place.Object, out LoadedPack? pack) || place.Ordinal >= pack.Footer.Count)
        {
            return false;
        }

        chunk = pack.Footer[place.Ordinal];
        return chunk.Digest == expected && chunk.Length == length && !IsMisplaced(reference, place, chunk);
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

                    Telemetry.Damaged(Telemetry.SchemeOf(Objects.Location));
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
        if (ordinal >= footer.Count || footer[ordinal] is not { Length: > 0 } chunk)
        {
            throw new IntegrityException("chunk_missing", $"{StoreKeys.Pack(target)} has no chunk {ordinal}.", "Run 'vers verify'.");
        }

        return !IsMisplaced(reference, (target, ordinal), chunk)
            ? (target, chunk)
            : throw new IntegrityException("chunk_misplaced", $"Chunk {ordinal} of {StoreKeys.Pack(target)} does not lie where a manifest says.", "It can be read, but slower; commit the same content again to have it right.");
    }

    private bool IsMisplaced(ChunkRef reference, (PackId Object, int Ordinal) place, PackedChunk chunk)
    {
        StoredSpan said = reference.Span;
        return _byFooter && said.IsKnown && place == (reference.Pack, reference.Ordinal)
            && (said with { Checksum = said.Checksum == 0 ? chunk.Checksum : said.Checksum }) != chunk.Span;
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadLocatedAsync(PackId target, PackedChunk chunk, CancellationToken cancellationToken)
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
            stored = await ReadStoredAsync(target, chunk.Offset, chunk.StoredLength, cancellationToken).ConfigureAwait(false) ?? throw FooterCache.Absent(target);
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
