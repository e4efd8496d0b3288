using Versioning.Compression;
using Versioning.Files;

namespace Versioning.Commits;

/// <summary>One chunk of a file that was read: its digest and the bytes to store, which lie in a slab.</summary>
internal readonly record struct FilePiece(Digest Digest, int Length, ChunkEncoding Encoding, ReadOnlyMemory<byte> Stored);

/// <summary>What is known of a whole file once it was read: its digest, and the stamp that it had before and after.</summary>
/// <param name="Sha256">The plain SHA-256 of its bytes.</param>
/// <param name="Stamp">The stamp, which has the size too.</param>
/// <param name="HashedAt">When reading started, in nanoseconds since 1970; <see cref="Cached"/> where it was not read.</param>
internal readonly record struct FileIdentity(Digest Sha256, FileStamp Stamp, long HashedAt)
{
    /// <summary>Stands for the time of a digest that came from the file cache, which was found safe when it went in.</summary>
    internal const long Cached = long.MaxValue;
}
