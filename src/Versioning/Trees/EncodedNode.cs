using System.Buffers;
using Versioning.Canonical;

namespace Versioning.Trees;

/// <summary>A node as it is stored: logical bytes, then placement bytes. Its digest covers the logical bytes only.</summary>
internal readonly record struct EncodedNode(Digest Digest, ReadOnlyMemory<byte> Stored)
{
    internal delegate void Part(ref CanonicalWriter writer);

    internal delegate Digest Hash(ReadOnlySpan<byte> logical);

    internal static EncodedNode Create(Part logical, Part placement, Hash hash)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        var writer = new CanonicalWriter(output);
        logical(ref writer);
        writer.Flush();
        Digest digest = hash(output.WrittenSpan);
        placement(ref writer);
        writer.Flush();
        return new EncodedNode(digest, output.WrittenMemory);
    }
}
