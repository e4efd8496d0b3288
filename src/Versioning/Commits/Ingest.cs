using System.Threading.Channels;
using Versioning.Files;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>
/// Turns a source into packs and a manifest: one producer walks the source and starts the reading of what changed, one
/// consumer takes the results in order, fills packs and builds the tree.
/// </summary>
/// <param name="source">What is committed.</param>
/// <param name="basis">The entries of the version that is built on, in order of paths; empty for none.</param>
/// <param name="isReusable">Whether what an entry refers to is valid in the state that the commit works on.</param>
/// <param name="known">What the store already holds.</param>
/// <param name="session">Takes new chunks and nodes.</param>
/// <param name="options">The commit's options.</param>
/// <param name="concurrency">How many files are read side by side.</param>
/// <param name="time">The clock that the file cache is judged by.</param>
internal sealed class Ingest(
    SourceTree source,
    IAsyncEnumerable<ManifestEntry> basis,
    Func<ManifestEntry, CancellationToken, ValueTask<bool>> isReusable,
    KnownPacks known,
    PackSession session,
    CommitOptions options,
    int concurrency,
    TimeProvider time) : IDisposable
{
    private const long MaxBytesInMemory = 24 * 1024 * 1024;
    private const int MaxItems = 4096;

    private static readonly Digest EmptySha256 = Digest.Of([]);

    private readonly Channel<Item> _items = Channel.CreateBounded<Item>(MaxItems);
    private readonly ByteBudget _budget = new(MaxBytesInMemory);
    private readonly SemaphoreSlim _readers = new(concurrency);

    /// <param name="cacheDirectory">Where file caches lie.</param>
    /// <param name="root">The full path of the source, which its file cache is named after.</param>
    /// <param name="progress">Told of bytes and files.</param>
    /// <param name="cancellationToken">Ends the work; what was uploaded stays as orphans.</param>
    internal async Task<ManifestRoot> RunAsync(string cacheDirectory, string root, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var encoder = new PieceEncoder(options.Compress, known.FindAsync);
        using var cache = FileCacheReader.Open(cacheDirectory, root);
        using var newCache = FileCacheWriter.Create(cacheDirectory, root);
        Task producing = Task.Run(() => ProduceAsync(cache, encoder, failed.Token), failed.Token);
        try
        {
            ManifestRoot manifest = await ConsumeAsync(encoder, newCache, progress, failed.Token).ConfigureAwait(false);
            await producing.ConfigureAwait(false);
            newCache.Complete();
            return manifest;
        }
        catch (Exception)
        {
            await failed.CancelAsync().ConfigureAwait(false);
            await producing.ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
            await session.SettleAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (producing.Exception?.InnerExceptions.FirstOrDefault(e => e is not OperationCanceledException) is { } cause)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
            }

            throw;
        }
    }

    public void Dispose()
    {
        _budget.Dispose();
        _readers.Dispose();
    }

    private long Now() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private async Task ProduceAsync(FileCacheReader cache, PieceEncoder encoder, CancellationToken cancellationToken)
    {
        try
        {
            var removed = new Globs(options.Remove);
            await using IAsyncEnumerator<ManifestEntry> old = basis.GetAsyncEnumerator(cancellationToken);
            bool has = await old.MoveNextAsync().ConfigureAwait(false);
            foreach (SourceFile file in source.Enumerate(cancellationToken))
            {
                while (has && old.Current.Path.AsSpan().SequenceCompareTo(file.Path) < 0)
                {
                    await KeepAsync(old.Current, removed, cancellationToken).ConfigureAwait(false);
                    has = await old.MoveNextAsync().ConfigureAwait(false);
                }

                bool same = has && old.Current.Path.AsSpan().SequenceEqual(file.Path);
                await StartAsync(file, same ? old.Current : null, cache, encoder, cancellationToken).ConfigureAwait(false);
                has = same ? await old.MoveNextAsync().ConfigureAwait(false) : has;
            }

            while (has && options.Patch)
            {
                await KeepAsync(old.Current, removed, cancellationToken).ConfigureAwait(false);
                has = await old.MoveNextAsync().ConfigureAwait(false);
            }

            _items.Writer.Complete();
        }
        catch (Exception e)
        {
            _items.Writer.TryComplete(e);
            throw;
        }
    }

    /// <summary>A path that the source does not have: gone, unless the commit is a patch.</summary>
    private async ValueTask KeepAsync(ManifestEntry entry, Globs removed, CancellationToken cancellationToken)
    {
        if (!options.Patch || removed.IsMatch(entry.Name))
        {
            return;
        }

        if (!await isReusable(entry, cancellationToken).ConfigureAwait(false))
        {
            throw new ConflictException("content_gone", $"The content of '{entry.Name}' was collected while this patch was made, and it is not at hand here.", "Try again, or commit the whole folder.");
        }

        await _items.Writer.WriteAsync(new Item(entry, default, null, null), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask StartAsync(SourceFile file, ManifestEntry? old, FileCacheReader cache, PieceEncoder encoder, CancellationToken cancellationToken)
    {
        if (file.Path.Length > ManifestEntry.MaxPathLength)
        {
            throw new VersioningException("path_too_long", $"'{file}' has a path of {file.Path.Length} bytes; at most {ManifestEntry.MaxPathLength} are allowed.");
        }

        if (file.LinkTarget is { } target)
        {
            await _items.Writer.WriteAsync(new Item(new ManifestEntry(file.Path, FileKind.Link, target.Length, Digest.Of(target), null, target, null), default, null, null), cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!options.Rehash && cache.TryFind(file.Path, file.Stamp, out Digest sha) && await ReuseAsync(file, old, sha, cancellationToken).ConfigureAwait(false) is { } reused)
        {
            var identity = new FileIdentity(file.Stamp.Size, sha, file.Stamp, long.MaxValue);
            await _items.Writer.WriteAsync(new Item(reused, identity, null, null), cancellationToken).ConfigureAwait(false);
            return;
        }

        await known.LoadDataAsync(cancellationToken).ConfigureAwait(false);
        if (file.Stamp.Size > SmallFileReader.MaxLength)
        {
            var large = new LargeFileReader(file, encoder, _budget, Now, concurrency);
            await _items.Writer.WriteAsync(new Item(null, default, null, large), cancellationToken).ConfigureAwait(false);
            await large.ProduceAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        long reserved = file.Stamp.Size + 4096;
        await _budget.TakeAsync(reserved, cancellationToken).ConfigureAwait(false);
        Task<(FileIdentity, PieceBatch)> reading = Task.Run(() => ReadSmallAsync(file, encoder, cancellationToken), cancellationToken);
        await _items.Writer.WriteAsync(new Item(null, default, new SmallFile(file, reading, reserved), null), cancellationToken).ConfigureAwait(false);
    }

    private async Task<(FileIdentity, PieceBatch)> ReadSmallAsync(SourceFile file, PieceEncoder encoder, CancellationToken cancellationToken)
    {
        await _readers.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await SmallFileReader.ReadAsync(file, encoder, Now, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _readers.Release();
        }
    }

    /// <summary>The entry of a file whose hash is known without reading it, or null where its chunks are not.</summary>
    private async ValueTask<ManifestEntry?> ReuseAsync(SourceFile file, ManifestEntry? old, Digest sha, CancellationToken cancellationToken)
    {
        if (file.Stamp.Size == 0)
        {
            return new ManifestEntry(file.Path, file.Kind, 0, EmptySha256, null, null, null);
        }

        if (old is not null && old.Kind != FileKind.Link && old.Size == file.Stamp.Size && old.Sha256 == sha)
        {
            return await isReusable(old, cancellationToken).ConfigureAwait(false) ? old with { Kind = file.Kind } : null;
        }

        // Moved or copied: a file of one chunk is found by its own hash.
        if (file.Stamp.Size > Chunking.Chunker.MaxLength)
        {
            return null;
        }

        await known.LoadDataAsync(cancellationToken).ConfigureAwait(false);
        return await known.FindAsync(sha, cancellationToken).ConfigureAwait(false) is { } place
            ? new ManifestEntry(file.Path, file.Kind, file.Stamp.Size, sha, null, null, place)
            : null;
    }

    private async Task<ManifestRoot> ConsumeAsync(PieceEncoder encoder, FileCacheWriter cache, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        Compression.ChunkCompressor compressor = encoder.Take();
        try
        {
            return await ConsumeAsync(compressor, cache, progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            compressor.Dispose();
        }
    }

    private async Task<ManifestRoot> ConsumeAsync(Compression.ChunkCompressor compressor, FileCacheWriter cache, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        ValueTask<ChunkRef> Store(ReadOnlyMemory<byte> node, CancellationToken token) => session.AddNodeAsync(node, known.FindAsync, compressor, token);

        var manifest = new ManifestBuilder(Store);
        long bytes = 0, files = 0;
        await foreach (Item item in _items.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            (ManifestEntry entry, FileIdentity identity) = item switch
            {
                { Small: { } small } => await TakeSmallAsync(small, Store, cancellationToken).ConfigureAwait(false),
                { Large: { } large } => await TakeLargeAsync(large, Store, n => progress?.Report(new TransferProgress(bytes + n, null, files, null)), cancellationToken).ConfigureAwait(false),
                _ => (item.Ready!, item.Identity),
            };
            await manifest.AddAsync(entry, cancellationToken).ConfigureAwait(false);
            if (identity.HashedAt != 0)
            {
                cache.Add(entry.Path, identity.Stamp, entry.Sha256, identity.HashedAt);
            }

            bytes += entry.Size;
            files++;
            progress?.Report(new TransferProgress(bytes, null, files, null));
        }

        return await manifest.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<(ManifestEntry, FileIdentity)> TakeSmallAsync(SmallFile small, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ChunkRef>> store, CancellationToken cancellationToken)
    {
        (FileIdentity identity, PieceBatch batch) = await small.Reading.ConfigureAwait(false);
        using (batch)
        {
            var chunks = new List<FileChunk>(batch.Pieces.Count);
            foreach (FilePiece piece in batch.Pieces)
            {
                chunks.Add(await PlaceAsync(piece, cancellationToken).ConfigureAwait(false));
            }

            _budget.Return(small.Reserved);
            ManifestEntry entry = new(small.File.Path, small.File.Kind, identity.Size, identity.Sha256, null, null, chunks.Count == 1 ? chunks[0].Place : null);
            if (chunks.Count > 1)
            {
                var list = new ChunkListBuilder(store);
                foreach (FileChunk chunk in chunks)
                {
                    await list.AddAsync(chunk, cancellationToken).ConfigureAwait(false);
                }

                ChunkListChild root = await list.FinishAsync(cancellationToken).ConfigureAwait(false);
                entry = entry with { ChunkList = root.Digest, Place = root.Place };
            }

            return (entry, identity);
        }
    }

    private async ValueTask<(ManifestEntry, FileIdentity)> TakeLargeAsync(LargeFileReader large, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ChunkRef>> store, Action<long> progress, CancellationToken cancellationToken)
    {
        var list = new ChunkListBuilder(store);
        FileChunk? only = null;
        long done = 0, count = 0;
        await foreach (Task<PieceBatch> encoding in large.Batches.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            using PieceBatch batch = await encoding.ConfigureAwait(false);
            if (batch.Restart)
            {
                (list, done, count) = (new ChunkListBuilder(store), 0, 0);
                continue;
            }

            foreach (FilePiece piece in batch.Pieces)
            {
                FileChunk chunk = await PlaceAsync(piece, cancellationToken).ConfigureAwait(false);
                await list.AddAsync(chunk, cancellationToken).ConfigureAwait(false);
                only = chunk;
                count++;
                done += piece.Length;
            }

            _budget.Return(batch.Reserved);
            progress(done);
        }

        FileIdentity identity = await large.Identity.ConfigureAwait(false);
        var entry = new ManifestEntry(large.File.Path, large.File.Kind, identity.Size, identity.Sha256, null, null, count == 1 ? only!.Value.Place : null);
        if (count > 1)
        {
            ChunkListChild root = await list.FinishAsync(cancellationToken).ConfigureAwait(false);
            entry = entry with { ChunkList = root.Digest, Place = root.Place };
        }

        return (entry, identity);
    }

    private async ValueTask<FileChunk> PlaceAsync(FilePiece piece, CancellationToken cancellationToken)
    {
        ChunkRef place = await known.FindAsync(piece.Digest, cancellationToken).ConfigureAwait(false)
            ?? await session.AddAsync(piece.Digest, piece.Length, piece.Encoding, piece.Stored, cancellationToken).ConfigureAwait(false);
        return new FileChunk(piece.Digest, piece.Length, place);
    }

    private sealed record SmallFile(SourceFile File, Task<(FileIdentity, PieceBatch)> Reading, long Reserved);

    private sealed record Item(ManifestEntry? Ready, FileIdentity Identity, SmallFile? Small, LargeFileReader? Large);
}
