using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using Versioning.Chunking;
using Versioning.Compression;
using Versioning.Files;

namespace Versioning.Commits;

/// <summary>The chunks of one slab of a file, or the news that the file changed: forget what came before and start again.</summary>
internal readonly record struct FileSegment(Slab? Slab, IReadOnlyList<FilePiece> Pieces)
{
    internal static readonly FileSegment Restart = new(null, []);
}

/// <summary>
/// Reads a large file once, slab by slab in constant memory: cuts are found in order, the hash of the file follows in
/// order, the chunks of the slabs are hashed and compressed side by side.
/// </summary>
internal sealed class LargeFileReader(SourceFile file, PieceEncoder encoder, SlabPool slabs, Workers workers, Func<long> now) : IngestItem
{
    private readonly TaskCompletionSource<FileIdentity> _identity = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<Task<FileSegment>> _segments = Channel.CreateUnbounded<Task<FileSegment>>();

    /// <summary>In the order of the file.</summary>
    internal ChannelReader<Task<FileSegment>> Segments => _segments.Reader;

    /// <summary>Complete when the last segment was written.</summary>
    internal Task<FileIdentity> Identity => _identity.Task;

    internal SourceFile File => file;

    internal async Task ProduceAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (int attempt = 0; attempt < SmallFileReader.MaxAttempts; attempt++)
            {
                if (attempt > 0)
                {
                    await _segments.Writer.WriteAsync(Task.FromResult(FileSegment.Restart), cancellationToken).ConfigureAwait(false);
                }

                if (await ReadOnceAsync(cancellationToken).ConfigureAwait(false) is { } identity)
                {
                    _identity.SetResult(identity);
                    _segments.Writer.Complete();
                    return;
                }
            }

            throw SmallFileReader.Changing(file);
        }
        catch (Exception e)
        {
            _identity.TrySetException(e);
            _segments.Writer.TryComplete(e);
            // Observed by the consumer through the channel.
            _ = _identity.Task.Exception;
            throw;
        }
    }

    internal override async Task SettleAsync()
    {
        while (_segments.Reader.TryRead(out Task<FileSegment>? segment))
        {
            await EndOf(segment).ConfigureAwait(false);
        }
    }

    private async Task<FileIdentity?> ReadOnceAsync(CancellationToken cancellationToken)
    {
        using SafeFileHandle handle = file.Open();
        long startedAt = now();
        FileStamp stamp = SourceTree.Stamp(handle);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Task hashed = Task.CompletedTask;
        CutPoints? cuts = null;
        byte[] carried = new byte[Chunker.MaxLength];
        int kept = 0;
        long position = 0;
        for (bool ended = false; !ended && position <= stamp.Size;)
        {
            Slab slab = await slabs.TakeAsync(cancellationToken).ConfigureAwait(false);
            byte[] content = slab.Content;
            carried.AsSpan(0, kept).CopyTo(content);
            int filled = FileReading.Fill(handle, content.AsSpan(kept), position);
            position += filled;
            int available = kept + filled;
            ended = available < SlabPool.Length;
            cuts ??= CutPoints.For(content.AsSpan(0, available), stamp.Size);
            List<int> lengths = Cut(cuts, content.AsSpan(0, available), position - available, ended, out int used);
            kept = available - used;
            content.AsSpan(used, kept).CopyTo(carried);
            hashed = HashAfterAsync(hashed, sha, content.AsMemory(0, used));
            Task<FileSegment> segment = EncodeAsync(slab, lengths, used, hashed, cancellationToken);
            await _segments.Writer.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
        }

        await hashed.ConfigureAwait(false);
        bool same = position == stamp.Size && SourceTree.Stamp(handle) == stamp;
        return same ? new FileIdentity(new Digest(sha.GetHashAndReset()), stamp, startedAt) : null;
    }

    private static List<int> Cut(CutPoints cuts, ReadOnlySpan<byte> content, long offset, bool ended, out int used)
    {
        var lengths = new List<int>();
        used = 0;
        while (content.Length - used >= Chunker.MaxLength || (ended && used < content.Length))
        {
            int length = cuts.Next(content[used..], offset + used);
            lengths.Add(length);
            used += length;
        }

        return lengths;
    }

    private static async Task HashAfterAsync(Task before, IncrementalHash sha, ReadOnlyMemory<byte> content)
    {
        await before.ConfigureAwait(false);
        await Task.Run(() => sha.AppendData(content.Span)).ConfigureAwait(false);
    }

    private async Task<FileSegment> EncodeAsync(Slab slab, List<int> lengths, int used, Task hashed, CancellationToken cancellationToken)
    {
        var pieces = new FilePiece[lengths.Count];
        await workers.RunAsync(() => EncodeAsync(slab, lengths, used, pieces, cancellationToken), cancellationToken).ConfigureAwait(false);
        await hashed.ConfigureAwait(false);
        return new FileSegment(slab, pieces);
    }

    private async Task EncodeAsync(Slab slab, List<int> lengths, int used, FilePiece[] pieces, CancellationToken cancellationToken)
    {
        ChunkEncoding encoding = encoder.Choose(slab.Content.AsMemory(0, used));
        int start = 0;
        for (int i = 0; i < pieces.Length; i++)
        {
            pieces[i] = await encoder.EncodeAsync(slab, start, slab.Content.AsMemory(start, lengths[i]), null, encoding, cancellationToken).ConfigureAwait(false);
            start += lengths[i];
        }
    }
}
