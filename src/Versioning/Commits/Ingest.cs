using System.Threading.Channels;
using Versioning.Files;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>
/// Turns a source into packs and a manifest: the scan walks the source and starts the reading of what changed, the
/// assembly takes the results in order, fills packs and builds the tree.
/// </summary>
/// <param name="source">What is committed.</param>
/// <param name="packs">Reads the store.</param>
/// <param name="basis">The manifest that is built on, or null.</param>
/// <param name="reuse">What of it may be used.</param>
/// <param name="known">What the store already holds.</param>
/// <param name="session">Takes new chunks and nodes.</param>
/// <param name="options">The commit's options.</param>
/// <param name="concurrency">How many pieces of work run side by side.</param>
/// <param name="time">The clock that the file cache is judged by.</param>
internal sealed class Ingest(
    SourceTree source,
    PackReader packs,
    ManifestReader? basis,
    ReusableParts reuse,
    KnownPacks known,
    PackSession session,
    CommitOptions options,
    int concurrency,
    TimeProvider time)
{
    private const int MaxSlabs = 12;
    private const int MaxItems = 64;

    /// <param name="cacheDirectory">Where file caches lie.</param>
    /// <param name="root">The full path of the source, which its file cache is named after.</param>
    /// <param name="progress">Told of bytes and files.</param>
    /// <param name="cancellationToken">Ends the work; what was uploaded stays as orphans.</param>
    internal async Task<ManifestRoot> RunAsync(string cacheDirectory, string root, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var encoder = new PieceEncoder(options.Compress, known.FindAsync);
        using var slabs = new SlabPool(MaxSlabs);
        using var workers = new Workers(concurrency);
        using var cache = FileCacheReader.Open(cacheDirectory, root);
        using var newCache = FileCacheWriter.Create(cacheDirectory, root);
        using var compressor = new Compression.ChunkCompressor();
        Channel<IngestItem> items = Channel.CreateBounded<IngestItem>(MaxItems);
        var tools = new ScanTools(packs, known, encoder, reuse, slabs, workers, Now);
        var scan = new SourceScan(source, basis is null ? null : new ManifestWalk(basis, readsAll: !options.Patch), items.Writer, tools, options);
        var assembly = new ManifestAssembly(known, session, basis, newCache, compressor, tools.Large, progress);
        Task scanning = Task.Run(() => scan.RunAsync(cache, failed.Token), failed.Token);
        try
        {
            ManifestRoot manifest = await assembly.RunAsync(items.Reader, failed.Token).ConfigureAwait(false);
            await scanning.ConfigureAwait(false);
            newCache.Complete();
            return manifest;
        }
        catch (Exception)
        {
            await failed.CancelAsync().ConfigureAwait(false);
            await SettleAsync(scanning, items.Reader).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (scanning.Exception?.InnerExceptions.FirstOrDefault(e => e is not OperationCanceledException) is { } cause)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
            }

            throw;
        }
    }

    /// <summary>Waits until nothing works on the commit any more.</summary>
    private async Task SettleAsync(Task scanning, ChannelReader<IngestItem> items)
    {
        await scanning.ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        while (items.TryRead(out IngestItem? item))
        {
            await item.SettleAsync().ConfigureAwait(false);
        }

        await session.SettleAsync().ConfigureAwait(false);
    }

    private long Now() => FileStamp.Now(time);
}
