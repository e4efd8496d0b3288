using System.Threading.Channels;
using Versioning.Compression;
using Versioning.Files;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>Takes what the scan hands on, in order: fills packs with what is new and builds the manifest.</summary>
internal sealed class ManifestAssembly
{
    private readonly KnownPacks _known;
    private readonly PackSession _session;
    private readonly FileCacheWriter _cache;
    private readonly Func<SourceFile, SlabPool, LargeFileReader> _large;
    private readonly IProgress<TransferProgress>? _progress;
    private readonly ChunkCompressor _compressor;
    private readonly ManifestBuilder _manifest;
    private readonly ManifestSplicer _splicer;
    private long _bytes, _files;

    /// <param name="known">What the store already holds.</param>
    /// <param name="session">Takes new chunks and nodes.</param>
    /// <param name="basis">Reads the manifest that is built on; null where there is none.</param>
    /// <param name="cache">Told of every file of the source.</param>
    /// <param name="compressor">For nodes.</param>
    /// <param name="large">Makes a reader for a file that has to be read in parts, with these buffers.</param>
    /// <param name="progress">Told of bytes and files.</param>
    internal ManifestAssembly(KnownPacks known, PackSession session, ManifestReader? basis, FileCacheWriter cache, ChunkCompressor compressor, Func<SourceFile, SlabPool, LargeFileReader> large, IProgress<TransferProgress>? progress)
    {
        (_known, _session, _cache, _compressor, _large, _progress) = (known, session, cache, compressor, large, progress);
        _manifest = new ManifestBuilder(StoreAsync);
        _splicer = new ManifestSplicer(_manifest, basis);
    }

    internal async Task<ManifestRoot> RunAsync(ChannelReader<IngestItem> items, CancellationToken cancellationToken)
    {
        await foreach (IngestItem item in items.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            switch (item)
            {
                case FileBatch batch:
                    await AddAsync(batch, cancellationToken).ConfigureAwait(false);
                    break;
                case LargeFileReader large:
                    await AddAsync(large, cancellationToken).ConfigureAwait(false);
                    break;
                case UnchangedSubtree same:
                    await AddAsync(same, cancellationToken).ConfigureAwait(false);
                    break;
            }

            Report(0);
        }

        return await _manifest.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask AddAsync(UnchangedSubtree same, CancellationToken cancellationToken)
    {
        await _splicer.AddAsync(same.Subtree, cancellationToken).ConfigureAwait(false);
        foreach (KnownFile file in same.Files)
        {
            Remember(file.Path, file.Identity);
        }

        _files += same.Subtree.Entries?.Length ?? same.Subtree.Child.Files;
        _bytes += same.Subtree.Entries?.Sum(e => e.Size) ?? same.Subtree.Child.Bytes;
    }

    private async ValueTask AddAsync(FileBatch batch, CancellationToken cancellationToken)
    {
        await batch.Reading.ConfigureAwait(false);
        foreach (BatchedFile file in batch.Files)
        {
            if (file.HasGrown)
            {
                await AddGrownAsync(file.Source!, cancellationToken).ConfigureAwait(false);
                continue;
            }

            ManifestEntry entry = file.Entry ?? await PlaceAsync(file, cancellationToken).ConfigureAwait(false);
            await AddAsync(entry, file.Identity, cancellationToken).ConfigureAwait(false);
        }

        batch.Return();
    }

    private async ValueTask AddGrownAsync(SourceFile file, CancellationToken cancellationToken)
    {
        // Buffers of its own: all others may be waiting behind this batch.
        using var slabs = new SlabPool(2);
        LargeFileReader large = _large(file, slabs);
        Task producing = Task.Run(() => large.ProduceAsync(cancellationToken), cancellationToken);
        await AddAsync(large, cancellationToken).ConfigureAwait(false);
        await producing.ConfigureAwait(false);
    }

    private async ValueTask<ManifestEntry> PlaceAsync(BatchedFile file, CancellationToken cancellationToken)
    {
        var entry = new ManifestEntry(file.Source!.Path, file.Source.Kind, file.Identity.Stamp.Size, file.Identity.Sha256, null, null, null);
        if (file.Pieces.Length == 1)
        {
            return entry with { Place = (await PlaceAsync(file.Pieces[0], cancellationToken).ConfigureAwait(false)).Place };
        }

        var list = new ChunkListBuilder(StoreAsync);
        foreach (FilePiece piece in file.Pieces)
        {
            await list.AddAsync(await PlaceAsync(piece, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }

        ChunkListChild root = await list.FinishAsync(cancellationToken).ConfigureAwait(false);
        return entry with { ChunkList = root.Digest, Place = root.Place };
    }

    private async ValueTask AddAsync(LargeFileReader large, CancellationToken cancellationToken)
    {
        var list = new ChunkListBuilder(StoreAsync);
        FileChunk only = default;
        long done = 0, count = 0;
        await foreach (Task<FileSegment> encoding in large.Segments.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            FileSegment segment = await encoding.ConfigureAwait(false);
            if (segment.Slab is null)
            {
                (list, done, count) = (new ChunkListBuilder(StoreAsync), 0, 0);
                continue;
            }

            using (segment.Slab)
            {
                foreach (FilePiece piece in segment.Pieces)
                {
                    only = await PlaceAsync(piece, cancellationToken).ConfigureAwait(false);
                    await list.AddAsync(only, cancellationToken).ConfigureAwait(false);
                    count++;
                    done += piece.Length;
                }
            }

            Report(done);
        }

        FileIdentity identity = await large.Identity.ConfigureAwait(false);
        var entry = new ManifestEntry(large.File.Path, large.File.Kind, identity.Stamp.Size, identity.Sha256, null, null, count == 1 ? only.Place : null);
        if (count > 1)
        {
            ChunkListChild root = await list.FinishAsync(cancellationToken).ConfigureAwait(false);
            entry = entry with { ChunkList = root.Digest, Place = root.Place };
        }

        await AddAsync(entry, identity, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask AddAsync(ManifestEntry entry, FileIdentity identity, CancellationToken cancellationToken)
    {
        Remember(entry.Path, identity);
        _bytes += entry.Size;
        _files++;
        return _manifest.AddAsync(entry, cancellationToken);
    }

    private void Remember(byte[] path, FileIdentity identity)
    {
        if (identity.HashedAt != 0)
        {
            _cache.Add(path, identity.Stamp, identity.Sha256, identity.HashedAt);
        }
    }

    private async ValueTask<FileChunk> PlaceAsync(FilePiece piece, CancellationToken cancellationToken)
    {
        ChunkRef place = await _known.FindAsync(piece.Digest, cancellationToken).ConfigureAwait(false)
            ?? await _session.AddAsync(piece.Digest, piece.Length, piece.Encoding, piece.Stored, cancellationToken).ConfigureAwait(false);
        return new FileChunk(piece.Digest, piece.Length, place);
    }

    private ValueTask<ChunkRef> StoreAsync(ReadOnlyMemory<byte> node, CancellationToken cancellationToken) =>
        _session.AddNodeAsync(node, _known.FindAsync, _compressor, cancellationToken);

    private void Report(long more) => _progress?.Report(new TransferProgress(_bytes + more, null, _files, null));
}
