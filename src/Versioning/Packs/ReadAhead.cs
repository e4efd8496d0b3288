namespace Versioning.Packs;

/// <summary>Neighbouring stored bytes of one pack object that were read at once.</summary>
internal sealed class ReadAhead(PackId target, int start, ReadOnlyMemory<byte> content)
{
    /// <summary>Whether a chunk's bytes are among them.</summary>
    internal bool Holds(ChunkRef reference) =>
        reference.Pack == target && reference.Span.IsKnown && reference.Span.Offset >= start && reference.Span.End <= start + content.Length;

    /// <summary>The stored bytes of a chunk, or null.</summary>
    internal ReadOnlyMemory<byte>? Take(ChunkRef reference) =>
        Holds(reference) ? content.Slice(reference.Span.Offset - start, reference.Span.StoredLength) : default(ReadOnlyMemory<byte>?);
}
