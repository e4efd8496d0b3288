using Versioning.Compression;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>Puts the parts of a copied manifest into packs and into a manifest of the target, in their order.</summary>
internal sealed class CopyAssembly
{
    private readonly KnownPacks _known;
    private readonly PackSession _session;
    private readonly ChunkCompressor _compressor;
    private readonly Action<long, long> _report;
    private readonly ManifestBuilder _manifest;
    private readonly ManifestSplicer _splicer;
    private ChunkListBuilder? _list;

    /// <param name="known">What the target holds already.</param>
    /// <param name="session">Takes new chunks and nodes.</param>
    /// <param name="basis">Reads the manifest that subtrees are taken from, or null.</param>
    /// <param name="compressor">For nodes.</param>
    /// <param name="report">Told of bytes and files.</param>
    internal CopyAssembly(KnownPacks known, PackSession session, ManifestReader? basis, ChunkCompressor compressor, Action<long, long> report)
    {
        (_known, _session, _compressor, _report) = (known, session, compressor, report);
        _manifest = new ManifestBuilder(StoreAsync);
        _splicer = new ManifestSplicer(_manifest, basis);
    }

    internal async Task AddAsync(CopiedParts parts, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<Digest, StoredChunk> read = await parts.Reading.ConfigureAwait(false);
        foreach (CopiedPart part in parts.Parts)
        {
            if (part.Subtree is { } subtree)
            {
                await _splicer.AddAsync(subtree, cancellationToken).ConfigureAwait(false);
                _report(subtree.Child.Bytes, subtree.Child.Files);
            }
            else
            {
                await AddAsync(part, part.Entry!, read, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    internal ValueTask<ManifestRoot> FinishAsync(CancellationToken cancellationToken) => _manifest.FinishAsync(cancellationToken);

    internal static IntegrityException NotCanonical(string what) =>
        new("manifest_not_canonical", $"{what} is not what its content gives.", "Another program wrote it: commit the files anew instead of copying the version.");

    private async ValueTask AddAsync(CopiedPart part, ManifestEntry entry, IReadOnlyDictionary<Digest, StoredChunk> read, CancellationToken cancellationToken)
    {
        ChunkRef? place = null;
        if (part.Chunk is { } chunk)
        {
            chunk = chunk with { Place = await PlaceAsync(part.Place, chunk.Digest, read, cancellationToken).ConfigureAwait(false) };
            place = entry.ChunkList is { } list ? await AddToListAsync(chunk, part.IsLast ? list : null, entry, cancellationToken).ConfigureAwait(false) : chunk.Place;
        }

        _report(part.Chunk?.Length ?? 0, part.IsLast ? 1 : 0);
        if (part.IsLast)
        {
            await _manifest.AddAsync(entry with { Place = place }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>Where the list lies, once it is whole and has the digest that it must have.</returns>
    private async ValueTask<ChunkRef?> AddToListAsync(FileChunk chunk, Digest? whole, ManifestEntry entry, CancellationToken cancellationToken)
    {
        _list ??= new ChunkListBuilder(StoreAsync);
        await _list.AddAsync(chunk, cancellationToken).ConfigureAwait(false);
        if (whole is null)
        {
            return null;
        }

        ChunkListChild root = await _list.FinishAsync(cancellationToken).ConfigureAwait(false);
        _list = null;
        return root.Digest == whole ? root.Place : throw NotCanonical($"The chunk list of '{entry.Name}'");
    }

    private async ValueTask<ChunkRef> PlaceAsync(ChunkRef? known, Digest digest, IReadOnlyDictionary<Digest, StoredChunk> read, CancellationToken cancellationToken)
    {
        // An earlier part may have brought it meanwhile.
        if ((known ?? await _known.FindAsync(digest, cancellationToken).ConfigureAwait(false)) is { } there)
        {
            return there;
        }

        StoredChunk stored = read[digest];
        return await _session.AddAsync(digest, stored.Length, stored.Encoding, stored.Stored, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<ChunkRef> StoreAsync(ReadOnlyMemory<byte> node, CancellationToken cancellationToken) =>
        _session.AddNodeAsync(node, _known.FindAsync, _compressor, cancellationToken);
}
