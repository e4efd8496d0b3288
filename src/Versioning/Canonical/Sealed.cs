using System.Buffers;

namespace Versioning.Canonical;

/// <summary>Objects that nothing else names by digest carry one of their own: 32 bytes at the end, over all before.</summary>
internal static class Sealed
{
    internal static ReadOnlyMemory<byte> Close(ArrayBufferWriter<byte> content)
    {
        Digest seal = DomainHash.Seal(content.WrittenSpan);
        seal.CopyTo(content.GetSpan(Digest.Size));
        content.Advance(Digest.Size);
        return content.WrittenMemory;
    }

    /// <summary>The content without its seal.</summary>
    /// <exception cref="IntegrityException">The seal is not that of the content.</exception>
    internal static ReadOnlyMemory<byte> Open(ReadOnlyMemory<byte> bytes, string what) =>
        bytes.Length >= Digest.Size && DomainHash.Seal(bytes.Span[..^Digest.Size]) == new Digest(bytes.Span[^Digest.Size..])
            ? bytes[..^Digest.Size]
            : throw new IntegrityException("object_damaged", $"{what} does not match the hash at its end.", "Restore it from a mirror.");
}
