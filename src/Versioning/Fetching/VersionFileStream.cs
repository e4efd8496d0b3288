using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>One file of a version as a seekable read-only stream; reads and verifies only the chunks that it touches. Not thread safe.</summary>
internal sealed class VersionFileStream(PackReader packs, ManifestEntry entry) : Stream
{
    private IAsyncEnumerator<PlacedChunk>? _chunks;
    private ReadOnlyMemory<byte> _content;
    private long _contentStart;
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

        if (_position < _contentStart || _position >= _contentStart + _content.Length)
        {
            await LoadAsync(cancellationToken).ConfigureAwait(false);
        }

        ReadOnlyMemory<byte> rest = _content[(int)(_position - _contentStart)..];
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

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        // Going on where the last chunk ended costs no page of the list anew.
        bool goesOn = _chunks is not null && _position == _contentStart + _content.Length;
        if (!goesOn)
        {
            await ForgetAsync().ConfigureAwait(false);
            _chunks = ChunkListReader.ChunksAsync(packs, entry, _position, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        }

        if (!await _chunks!.MoveNextAsync().ConfigureAwait(false))
        {
            throw new IntegrityException("node_damaged", $"The chunk list of '{entry.Name}' ends before the file does.", "Run 'vers verify'.");
        }

        PlacedChunk placed = _chunks.Current;
        ReadOnlyMemory<byte> content = await packs.ReadChunkAsync(placed.Chunk.Place, cancellationToken).ConfigureAwait(false);
        if (content.Length != placed.Chunk.Length || Digest.Of(content.Span) != placed.Chunk.Digest)
        {
            throw new IntegrityException("chunk_damaged", $"The bytes of '{entry.Name}' from {placed.Offset} on are not what its version says.", "Run 'vers verify' to see what is hit.");
        }

        (_content, _contentStart) = (content, placed.Offset);
    }

    private async ValueTask ForgetAsync()
    {
        if (_chunks is { } chunks)
        {
            _chunks = null;
            await chunks.DisposeAsync().ConfigureAwait(false);
        }
    }
}
