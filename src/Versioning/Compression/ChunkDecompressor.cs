using ZstdSharp;

namespace Versioning.Compression;

/// <summary>
/// Gives back a chunk's bytes. One per worker: not thread safe. Nothing in the stored bytes decides over memory: what
/// it needs follows from the length that the caller has checked.
/// </summary>
internal sealed class ChunkDecompressor : IDisposable
{
    private readonly Decompressor _zstd = new();
    private byte[] _plane = [];

    /// <param name="encoding">How the chunk is stored.</param>
    /// <param name="stored">The stored bytes; not trusted.</param>
    /// <param name="destination">Exactly as long as the chunk.</param>
    /// <exception cref="InvalidDataException">The stored bytes are not a chunk of that length in that encoding.</exception>
    internal void Decompress(ChunkEncoding encoding, ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        switch (encoding)
        {
            case ChunkEncoding.Raw:
                if (stored.Length != destination.Length)
                {
                    throw new InvalidDataException($"A raw chunk of {destination.Length} bytes is stored as {stored.Length}.");
                }

                stored.CopyTo(destination);
                break;
            case ChunkEncoding.Zstd:
                Unwrap(stored, destination);
                break;
            case ChunkEncoding.Planes2 or ChunkEncoding.Planes4:
                JoinPlanes(PlaneLayout.WidthOf(encoding), stored, destination);
                break;
            default:
                throw new InvalidDataException($"Chunk encoding {(byte)encoding} is not known to this version.");
        }
    }

    public void Dispose() => _zstd.Dispose();

    private void JoinPlanes(int width, ReadOnlySpan<byte> stored, Span<byte> destination)
    {
        if (stored.IsEmpty || stored[0] >= width || stored[0] > destination.Length)
        {
            throw new InvalidDataException("A chunk in byte planes has no valid phase in its first byte.");
        }

        PlaneLayout layout = new(width, stored[0], destination.Length);
        if (stored.Length < layout.FrameStart)
        {
            throw new InvalidDataException(
                $"A chunk of {destination.Length} bytes in byte planes is stored as {stored.Length}, its frame starts at {layout.FrameStart}.");
        }

        if (_plane.Length < layout.Elements)
        {
            _plane = GC.AllocateUninitializedArray<byte>(layout.Elements);
        }

        Span<byte> high = _plane.AsSpan(0, layout.Elements);
        Unwrap(stored[layout.FrameStart..], high);
        ReadOnlySpan<byte> rest = stored[1..layout.FrameStart];
        rest[..layout.Phase].CopyTo(destination);
        BytePlanes.Join(
            width, rest.Slice(layout.Phase, layout.LowBytes), high, destination.Slice(layout.Phase, layout.ElementBytes));
        rest[(layout.Phase + layout.LowBytes)..].CopyTo(destination[(layout.Phase + layout.ElementBytes)..]);
    }

    private void Unwrap(ReadOnlySpan<byte> frame, Span<byte> destination)
    {
        int written;
        try
        {
            written = _zstd.Unwrap(frame, destination);
        }
        catch (ZstdException e)
        {
            throw new InvalidDataException($"A zstd frame of {frame.Length} bytes is damaged: {e.Message}.", e);
        }

        if (written != destination.Length)
        {
            throw new InvalidDataException($"A zstd frame gives {written} bytes where {destination.Length} are due.");
        }
    }
}
