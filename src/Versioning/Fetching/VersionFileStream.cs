using System.Buffers;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>
/// One file of a version as a seekable read-only stream; reads and verifies only the chunks that it touches, and more of
/// them at once while it is read from front to back. Not thread safe.
/// </summary>
internal sealed class VersionFileStream(PackReader packs, ManifestEntry entry) : Stream
{
    /// <summary>Nodes may lie between chunks of a small file, in bytes.</summary>
    private const int MaxGap = 64 * 1024;

    private readonly ReadSize _size = ReadSize.Of(packs.Objects);
    private IAsyncEnumerator<PlacedChunk>? _chunks;
    private (PlacedChunk Placed, PackId Object, PackedChunk Packed)? _next;
    private byte[] _buffer = [];
    private int _length;
    private long _start;
    private int _ahead;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => entry.Size;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _position >= entry.Size)
        {
            return 0;
        }

        if (_position < _start || _position >= _start + _length)
        {
            await LoadAsync(buffer.Length, cancellationToken).ConfigureAwait(false);
        }

        ReadOnlyMemory<byte> rest = _buffer.AsMemory((int)(_position - _start)..(int)_length);
        int count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        Task.Run(() => ReadAsync(buffer.AsMemory(offset, count)).AsTask()).GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => entry.Size + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("A version never changes.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A version never changes.");

    public override async ValueTask DisposeAsync()
    {
        await ForgetAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <param name="wanted">How many bytes the caller has room for.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    private async Task LoadAsync(int wanted, CancellationToken cancellationToken)
    {
        // Going on where the last chunk ended costs no page of the list anew.
        bool goesOn = _chunks is not null && _position == _start + _length;
        if (!goesOn)
        {
            await ForgetAsync().ConfigureAwait(false);
            _chunks = ChunkListReader.ChunksAsync(packs, entry, _position, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        }

        _ahead = Math.Min(_size.MaxLength, Math.Max(wanted, goesOn ? Math.Max(2 * _ahead, 128 * 1024) : 0));
        try
        {
            await LoadAsync(await NextChunksAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // The list has gone on further than what is in memory.
            await ForgetAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The next chunk, and those after it that lie behind it in the same object, as far as is read ahead.</summary>
    private async Task<ReadBatch> NextChunksAsync(CancellationToken cancellationToken)
    {
        ReadBatch? batch = null;
        long end = _position;
        while (_next is not null || await _chunks!.MoveNextAsync().ConfigureAwait(false))
        {
            if (_next is not { } next)
            {
                PlacedChunk placed = _chunks!.Current;
                (PackId target, PackedChunk packed) = await packs.FindAsync(placed.Chunk.Place, placed.Chunk.Digest, placed.Chunk.Length, cancellationToken).ConfigureAwait(false);
                _next = next = (placed, target, packed);
            }

            batch ??= new ReadBatch(next.Object, _size);
            long gap = next.Packed.Offset - batch.End;
            bool goesOn = next.Object == batch.Object && gap is >= 0 and <= MaxGap && end < _position + _ahead;
            if (batch.Chunks.Count > 0 && !goesOn)
            {
                break;
            }

            batch.Add(new WantedChunk(null!, next.Placed.Offset, next.Placed.Chunk, next.Packed));
            end = next.Placed.Offset + next.Packed.Length;
            _next = null;
            if (end >= _position + _ahead)
            {
                break;
            }
        }

        return batch ?? throw new IntegrityException("node_damaged", $"The chunk list of '{entry.Name}' ends before the file does.", "Run 'vers verify'.");
    }

    private async Task LoadAsync(ReadBatch batch, CancellationToken cancellationToken)
    {
        int length = batch.Chunks.Sum(c => c.Chunk.Length), stored = (int)(batch.End - batch.Start);
        if (_buffer.Length < length)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(length);
        }

        _length = 0;
        _start = batch.Chunks[0].Offset;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(stored);
        try
        {
            ObjectRead? read = await packs.Objects.ReadAsync(StoreKeys.Pack(batch.Object), batch.Start, buffer.AsMemory(0, stored), cancellationToken).ConfigureAwait(false);
            foreach (WantedChunk wanted in batch.Chunks)
            {
                PackedChunk chunk = wanted.Packed;
                Memory<byte> content = _buffer.AsMemory((int)(wanted.Offset - _start), chunk.Length);
                if (read?.Count != stored || !packs.TryDecode(chunk, buffer.AsSpan((int)(chunk.Offset - batch.Start), chunk.StoredLength), content.Span))
                {
                    ReadOnlyMemory<byte> again = await packs.ReadChunkAsync(wanted.Chunk.Place, wanted.Chunk.Digest, wanted.Chunk.Length, cancellationToken).ConfigureAwait(false);
                    again.CopyTo(content);
                }

                _length += chunk.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask ForgetAsync()
    {
        (_start, _length, _next) = (0, 0, null);
        if (_chunks is { } chunks)
        {
            _chunks = null;
            await chunks.DisposeAsync().ConfigureAwait(false);
        }
    }
}
