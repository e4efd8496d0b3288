namespace Versioning.Packs;

/// <summary>
/// The layout of a pack: chunk payloads, one after another; the footer, one record of 49 bytes per chunk in the same
/// order; the trailer of 44 bytes: the footer's digest (32), its length (u32), the magic (8). Integers are little endian.
/// A record is SHA-256 (32), length (u32), stored length (u32), encoding (u8), XxHash3-64 of the stored bytes (u64).
/// A record with length 0 is a hole: an ordinal that this object does not hold.
/// </summary>
internal static class PackFormat
{
    internal const int RecordLength = Digest.Size + 4 + 4 + 1 + 8;
    internal const int TrailerLength = Digest.Size + 4 + 8;

    /// <summary>Packs are sealed before they grow beyond this.</summary>
    internal const int TargetLength = 32 * 1024 * 1024;

    /// <summary>Nor beyond this many chunks: a footer is read whole, for the sake of one chunk too.</summary>
    internal const int TargetChunks = 2000;

    /// <summary>What a reader accepts; a relocated pack may be a merged one.</summary>
    internal const int MaxObjectLength = 256 * 1024 * 1024;

    /// <summary>No chunk is longer: data chunks have at most 256 KiB, tree nodes less than this.</summary>
    internal const int MaxChunkLength = 4 * 1024 * 1024;

    internal static ReadOnlySpan<byte> Magic => "VERSPCK1"u8;
}
