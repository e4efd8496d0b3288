using System.Security.Cryptography;

namespace Versioning.Canonical;

/// <summary>SHA-256(domain tag ‖ 0 ‖ bytes): the same bytes in two roles never have the same digest.</summary>
internal static class DomainHash
{
    internal static Digest TreeNode(ReadOnlySpan<byte> logical) => Of("versioning/tree-node/1\0"u8, logical);

    internal static Digest ChunkList(ReadOnlySpan<byte> logical) => Of("versioning/chunk-list/1\0"u8, logical);

    internal static Digest Version(ReadOnlySpan<byte> record) => Of("versioning/version/1\0"u8, record);

    internal static Digest Entry(ReadOnlySpan<byte> entry) => Of("versioning/journal-entry/1\0"u8, entry);

    /// <summary>What the signature of an entry is made of: its bytes up to the signature.</summary>
    internal static Digest SignedEntry(ReadOnlySpan<byte> head) => Of("versioning/entry-signature/1\0"u8, head);

    internal static Digest Checkpoint(ReadOnlySpan<byte> state) => Of("versioning/checkpoint/1\0"u8, state);

    internal static Digest Seal(ReadOnlySpan<byte> content) => Of("versioning/seal/1\0"u8, content);

    internal static Digest PackFooter(ReadOnlySpan<byte> footer) => Of("versioning/pack-footer/1\0"u8, footer);

    private static Digest Of(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(tag);
        hash.AppendData(bytes);
        Span<byte> digest = stackalloc byte[Digest.Size];
        hash.GetHashAndReset(digest);
        return new Digest(digest);
    }
}
