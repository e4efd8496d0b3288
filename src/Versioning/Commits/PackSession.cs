using Versioning.Compression;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Commits;

/// <summary>
/// The packs that one commit makes: data and tree nodes share the first pack of a small commit, later ones are kept
/// apart. Full packs are uploaded in the background, a bounded number at a time. One caller at a time.
/// </summary>
/// <param name="packs">Reads the store that packs go to.</param>
/// <param name="index">Told of every chunk.</param>
/// <param name="uploaded">Told of every pack that is in the store.</param>
internal sealed class PackSession(PackReader packs, ChunkIndex index, Action<PackId> uploaded)
{
    private const int MaxLocalUploads = 2;

    // Each holds a pack of up to 32 MiB.
    private const int MaxRemoteUploads = 4;
    private const int NodePackLength = 8 * 1024 * 1024;
    private const int SharedPackLength = 1024 * 1024;

    private readonly int _maxUploads = packs.Objects.IsRemote ? MaxRemoteUploads : MaxLocalUploads;
    private readonly List<PackSummary> _sealed = [];
    private readonly List<Task<byte[]>> _uploads = [];
    private readonly Stack<byte[]> _buffers = [];
    private PackBuilder? _data;
    private PackBuilder? _nodes;
    private bool _shared = true;

    /// <summary>Bytes of all packs that were sealed.</summary>
    internal long StoredBytes { get; private set; }

    /// <summary>Appends a chunk that is known to be new.</summary>
    internal async ValueTask<ChunkRef> AddAsync(Digest digest, int length, ChunkEncoding encoding, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken)
    {
        if (_data is { } full && !full.Fits(stored.Length))
        {
            _data = null;
            await SealAsync(full, cancellationToken).ConfigureAwait(false);
            _shared = false;
        }

        _data ??= new PackBuilder(PackFormat.TargetLength, _buffers.TryPop(out byte[]? buffer) ? buffer : null);
        return Append(_data, digest, length, encoding, stored);
    }

    /// <summary>Appends a tree node, unless one with the same stored bytes is known.</summary>
    internal async ValueTask<ChunkRef> AddNodeAsync(ReadOnlyMemory<byte> stored, Func<Digest, CancellationToken, ValueTask<ChunkRef?>> find, ChunkCompressor compressor, CancellationToken cancellationToken)
    {
        Digest digest = Digest.Of(stored.Span);
        if (await find(digest, cancellationToken).ConfigureAwait(false) is { } known)
        {
            return known;
        }

        byte[] compressed = new byte[stored.Length];
        int length = compressor.TryCompress(ChunkEncoding.Zstd, stored.Span, compressed);
        (ChunkEncoding encoding, ReadOnlyMemory<byte> bytes) = length < 0 ? (ChunkEncoding.Raw, stored) : (ChunkEncoding.Zstd, compressed.AsMemory(0, length));
        if (_shared && (_data is null || (_data.Length < SharedPackLength && _data.Fits(bytes.Length))))
        {
            return await AddAsync(digest, stored.Length, encoding, bytes, cancellationToken).ConfigureAwait(false);
        }

        if (_nodes is { } full && !full.Fits(bytes.Length))
        {
            _nodes = null;
            await SealAsync(full, cancellationToken).ConfigureAwait(false);
        }

        _nodes ??= new PackBuilder(NodePackLength);
        return Append(_nodes, digest, stored.Length, encoding, bytes);
    }

    /// <summary>The packs so far, the open ones included.</summary>
    private List<PackSummary> Summaries()
    {
        List<PackSummary> all = [.. _sealed];
        if (_data is { } data)
        {
            all.Add(data.Summarize());
        }

        if (_nodes is { } nodes)
        {
            all.Add(nodes.Summarize());
        }

        return all;
    }

    /// <summary>Stores what there is to tell of the packs, and waits until all are durable.</summary>
    /// <param name="find">What the store holds already.</param>
    /// <param name="also">Packs that others uploaded and this commit brings.</param>
    /// <param name="cancellationToken">Ends the wait; what was uploaded stays.</param>
    /// <returns>Where the summaries lie; null where there are no packs.</returns>
    internal async Task<ChunkRef?> FinishAsync(Func<Digest, CancellationToken, ValueTask<ChunkRef?>> find, IEnumerable<PackSummary> also, CancellationToken cancellationToken)
    {
        IReadOnlyList<PackSummary> brought = [.. Summaries(), .. also];
        ChunkRef? summary = null;
        if (brought.Count > 0)
        {
            using var compressor = new ChunkCompressor();
            summary = await AddNodeAsync(PackSummaries.Encode(brought), find, compressor, cancellationToken).ConfigureAwait(false);
        }

        await FlushAsync(cancellationToken).ConfigureAwait(false);
        return summary;
    }

    /// <summary>Seals what is open and waits until every pack is durable.</summary>
    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (PackBuilder? open in new[] { _data, _nodes })
        {
            if (open is not null)
            {
                await SealAsync(open, cancellationToken).ConfigureAwait(false);
            }
        }

        (_data, _nodes) = (null, null);
        _shared = false;
        await Task.WhenAll(_uploads).ConfigureAwait(false);
        _uploads.Clear();
    }

    /// <summary>Waits for uploads that are under way after a failure, whatever becomes of them.</summary>
    internal Task SettleAsync() => Task.WhenAll(_uploads).ContinueWith(static _ => { }, TaskScheduler.Default);

    private ChunkRef Append(PackBuilder pack, Digest digest, int length, ChunkEncoding encoding, ReadOnlyMemory<byte> stored)
    {
        ChunkRef place = pack.Add(digest, length, encoding, stored.Span);
        index.Add(digest, place);
        return place;
    }

    private async ValueTask SealAsync(PackBuilder pack, CancellationToken cancellationToken)
    {
        while (_uploads.Count >= _maxUploads)
        {
            Task<byte[]> done = await Task.WhenAny(_uploads).ConfigureAwait(false);
            _uploads.Remove(done);
            byte[] buffer = await done.ConfigureAwait(false);
            if (buffer.Length >= PackFormat.TargetLength)
            {
                // The shorter one of a node pack would have to grow again and again.
                _buffers.Push(buffer);
            }
        }

        ReadOnlyMemory<byte> content = pack.Seal();
        _sealed.Add(pack.Summarize());
        StoredBytes += content.Length;
        _uploads.Add(Task.Run(() => UploadAsync(pack, content, cancellationToken), cancellationToken));
    }

    private async Task<byte[]> UploadAsync(PackBuilder pack, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        // The name is random: an object that is already there under it is ours, from an attempt whose answer was lost.
        await packs.Objects.CreateAsync(StoreKeys.Pack(pack.Id), content, cancellationToken).ConfigureAwait(false);
        packs.Kept?.KeepUploaded(pack.Id, content);
        uploaded(pack.Id);
        return pack.Buffer;
    }
}
