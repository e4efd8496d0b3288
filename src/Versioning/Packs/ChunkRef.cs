using Versioning.Canonical;
using Versioning.Compression;

namespace Versioning.Packs;

/// <summary>
/// Which chunk is meant: the pack and its ordinal within it. The journal says which object holds the pack. Two references
/// are equal where these are, whatever they know of the bytes.
/// </summary>
internal readonly record struct ChunkRef(PackId Pack, int Ordinal)
{
    /// <summary>
    /// Where the chunk's bytes lie for as long as the pack lies under its own name. Nothing rests on it: bytes that are read
    /// there are checked like any others, and where they are wrong, the footer is asked.
    /// </summary>
    internal StoredSpan Span { get; init; }

    public bool Equals(ChunkRef other) => Pack == other.Pack && Ordinal == other.Ordinal;

    public override int GetHashCode() => HashCode.Combine(Pack, Ordinal);
}

/// <summary>The stored bytes of one chunk in its pack, and what they decode to; <c>default</c> where only the footer says.</summary>
/// <param name="Offset">The first byte in the object.</param>
/// <param name="StoredLength">How many there are.</param>
/// <param name="Length">How many bytes the chunk has when it is decoded.</param>
/// <param name="Encoding">How it is encoded.</param>
/// <param name="Checksum">XxHash3-64 of the stored bytes; not kept for chunks of files, of which the digest is known anyhow.</param>
internal readonly record struct StoredSpan(int Offset, int StoredLength, int Length, ChunkEncoding Encoding, ulong Checksum)
{
    internal bool IsKnown => StoredLength > 0;

    internal int End => Offset + StoredLength;

    /// <summary>Writes all but the offset, which nodes and entries write in different ways.</summary>
    internal void Write(ref CanonicalWriter writer)
    {
        writer.Integer(StoredLength);
        writer.Integer(Length);
        writer.Integer((int)Encoding);
        writer.Unsigned(Checksum);
    }

    /// <summary>Reads what <see cref="Write"/> writes.</summary>
    internal static StoredSpan Read(ref CanonicalReader reader, int offset)
    {
        int stored = (int)reader.Integer(1, PackFormat.MaxChunkLength);
        int length = (int)reader.Integer(stored, PackFormat.MaxChunkLength);
        var encoding = (ChunkEncoding)reader.Integer(0, (int)ChunkEncoding.Planes4);
        RequireLengths(ref reader, encoding, stored, length);
        return new StoredSpan(offset, stored, length, encoding, reader.Unsigned());
    }

    internal static void RequireLengths(ref CanonicalReader reader, ChunkEncoding encoding, int stored, int length) =>
        reader.Require(encoding != ChunkEncoding.Raw || stored == length, "a chunk stored as it is with two lengths");
}
