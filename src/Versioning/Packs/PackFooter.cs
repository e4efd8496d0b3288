using System.Buffers.Binary;
using System.IO.Hashing;
using Versioning.Compression;
using Versioning.Canonical;

namespace Versioning.Packs;

/// <summary>One chunk as a footer lists it.</summary>
internal readonly record struct PackedChunk(Digest Digest, int Length, long Offset, int StoredLength, ChunkEncoding Encoding, ulong Checksum)
{
    internal StoredSpan Span => new((int)Offset, StoredLength, Length, Encoding, Checksum);
}

/// <summary>The decoded footer of one pack object.</summary>
internal sealed class PackFooter
{
    private readonly ReadOnlyMemory<byte> _records;
    private readonly int[] _offsets;

    private PackFooter(ReadOnlyMemory<byte> records, int[] offsets)
    {
        _records = records;
        _offsets = offsets;
    }

    internal int Count => _offsets.Length;

    internal PackedChunk this[int ordinal]
    {
        get
        {
            ReadOnlySpan<byte> record = _records.Span.Slice(ordinal * PackFormat.RecordLength, PackFormat.RecordLength);
            return new PackedChunk(
                new Digest(record[..32]),
                BinaryPrimitives.ReadInt32LittleEndian(record[32..]),
                _offsets[ordinal],
                BinaryPrimitives.ReadInt32LittleEndian(record[36..]),
                (ChunkEncoding)record[40],
                BinaryPrimitives.ReadUInt64LittleEndian(record[41..]));
        }
    }

    /// <summary>How many bytes the footer and trailer take at the end of the object, or null where the tail is no trailer.</summary>
    internal static int? LengthFromTail(ReadOnlySpan<byte> tail)
    {
        if (tail.Length < PackFormat.TrailerLength || !tail[^8..].SequenceEqual(PackFormat.Magic))
        {
            return null;
        }

        int footer = BinaryPrimitives.ReadInt32LittleEndian(tail[^12..]);
        return footer < 0 || footer % PackFormat.RecordLength != 0 || footer > PackFormat.MaxObjectLength
            ? null
            : footer + PackFormat.TrailerLength;
    }

    /// <summary>Decodes the end of a pack object.</summary>
    /// <param name="tail">The object's last bytes: at least footer and trailer.</param>
    /// <param name="objectLength">The length of the whole object in bytes.</param>
    /// <param name="what">What to call it in an error.</param>
    internal static PackFooter Parse(ReadOnlyMemory<byte> tail, long objectLength, string what)
    {
        if (LengthFromTail(tail.Span) is not { } length || length > tail.Length)
        {
            throw Damaged(what, "has no footer at its end");
        }

        ReadOnlyMemory<byte> records = tail.Slice(tail.Length - length, length - PackFormat.TrailerLength);
        var claimed = new Digest(tail.Span.Slice(tail.Length - PackFormat.TrailerLength, Digest.Size));
        if (DomainHash.PackFooter(records.Span) != claimed)
        {
            throw Damaged(what, "has a footer that does not match its hash");
        }

        int[] offsets = new int[records.Length / PackFormat.RecordLength];
        long payload = objectLength - length;
        long offset = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            ReadOnlySpan<byte> record = records.Span.Slice(i * PackFormat.RecordLength, PackFormat.RecordLength);
            uint chunk = BinaryPrimitives.ReadUInt32LittleEndian(record[32..]);
            uint stored = BinaryPrimitives.ReadUInt32LittleEndian(record[36..]);
            bool sound = chunk <= PackFormat.MaxChunkLength && stored <= chunk && record[40] <= (byte)ChunkEncoding.Planes4
                && (record[40] != 0 || stored == chunk);
            if (!sound || offset + stored > payload)
            {
                throw Damaged(what, $"has an impossible record for chunk {i}");
            }

            offsets[i] = (int)offset;
            offset += stored;
        }

        return offset == payload ? new PackFooter(records, offsets) : throw Damaged(what, "has a footer for other payloads");
    }

    /// <summary>Checks that a whole object is what its footer says, by the footer's digest and the checksums of stored bytes.</summary>
    /// <param name="content">The object.</param>
    /// <param name="what">What to call it in an error.</param>
    /// <exception cref="IntegrityException">It is not.</exception>
    internal static void RequireSound(ReadOnlyMemory<byte> content, string what)
    {
        PackFooter footer = Parse(content, content.Length, what);
        for (int ordinal = 0; ordinal < footer.Count; ordinal++)
        {
            PackedChunk chunk = footer[ordinal];
            if (chunk.Length > 0 && XxHash3.HashToUInt64(content.Span.Slice((int)chunk.Offset, chunk.StoredLength)) != chunk.Checksum)
            {
                throw Damaged(what, $"has another chunk {ordinal} than its footer says");
            }
        }
    }

    private static IntegrityException Damaged(string what, string how) =>
        new("pack_damaged", $"{what} {how}.", "Run 'vers verify' to see which versions are hit.");
}
