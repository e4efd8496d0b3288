using Microsoft.Win32.SafeHandles;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>The file that gives way to another version of it. What it holds is believed only where it was hashed.</summary>
internal sealed class OldFile(SafeFileHandle handle, int concurrency)
{
    private readonly long _length = RandomAccess.GetLength(handle);
    private readonly OldChunks _chunks = new(handle, RandomAccess.GetLength(handle), concurrency);

    // From an offset in the new file to the one in this: what was inserted or removed moves all behind it.
    private long _shift;
    private bool _any;

    /// <summary>Where a chunk of the new file probably lies, or null.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="guess">Whether it may be looked for at the place that it has to have if nothing moved since the last one.</param>
    internal long? PlaceOf(PlacedChunk chunk, bool guess) =>
        _chunks.Find(chunk.Chunk.Digest) ?? (guess && chunk.Offset + _shift is >= 0 and var at && at + chunk.Chunk.Length <= _length ? at : null);

    /// <summary>Tells that bytes were where they were looked for.</summary>
    internal void Found(long bytes)
    {
        if (bytes > 0)
        {
            _any = true;
            _chunks.Found(bytes);
        }
    }

    /// <summary>Looks for the first of some chunks that lies elsewhere; from there on it is expected that all moved as far.</summary>
    /// <param name="chunks">Chunks that were not where they were expected, in order.</param>
    /// <param name="reads">Whether the file may be read for that.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Its index, or null.</returns>
    internal int? Resynchronise(List<PlacedChunk> chunks, bool reads, CancellationToken cancellationToken)
    {
        int? found = FirstKnown(chunks);
        for (bool goesOn = reads; found is null && goesOn && _chunks.Grow(chunks[0].Offset + _shift, cancellationToken); goesOn = !_any)
        {
            // Before anything was found, as far as it goes: what is at the beginning now may have been far behind.
            found = FirstKnown(chunks);
        }

        if (found is { } index)
        {
            _shift = _chunks.Find(chunks[index].Chunk.Digest)!.Value - chunks[index].Offset;
        }

        return found;
    }

    /// <summary>Reads a piece; what can't be read is as good as wrong.</summary>
    /// <returns>How many bytes were read.</returns>
    internal int Read(long at, Span<byte> destination)
    {
        try
        {
            return FileReading.Fill(handle, destination, at);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private int? FirstKnown(List<PlacedChunk> chunks) =>
        chunks.FindIndex(c => _chunks.Find(c.Chunk.Digest) is not null) is >= 0 and var index ? index : null;
}
