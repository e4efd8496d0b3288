namespace Versioning.Compression;

/// <summary>How a chunk's stored bytes become its bytes. The values are part of the format.</summary>
/// <remarks>
/// The planes, for elements of w = 2 or 4 bytes in a chunk of n bytes: one byte <c>phase</c> below w, the bytes in front
/// of the first whole element (<c>phase</c> of them), the first w - 1 bytes of each of the
/// (n - phase) / w elements in order, the bytes behind the last whole element, and one zstd frame with the last byte of
/// each element. Only the frame's length is not known from n; it goes up to the end of the stored bytes.
/// </remarks>
internal enum ChunkEncoding : byte
{
    /// <summary>The bytes as they are.</summary>
    Raw = 0,

    /// <summary>A zstd frame.</summary>
    Zstd = 1,

    /// <summary>bf16 and fp16: sign and exponent, which repeat, apart from the mantissa, which is noise.</summary>
    Planes2 = 2,

    /// <summary>fp32.</summary>
    Planes4 = 3,
}
