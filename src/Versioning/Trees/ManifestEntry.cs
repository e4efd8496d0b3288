using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>
/// One path of a manifest. A file of several chunks has a chunk list; a link has its target; <see cref="Place"/> is the
/// file's only chunk, or the root of its chunk list, and null where there is no content.
/// </summary>
internal sealed record ManifestEntry(byte[] Path, FileKind Kind, long Size, Digest Sha256, Digest? ChunkList, byte[]? LinkTarget, ChunkRef? Place)
{
    internal const int MaxPathLength = 32 * 1024;

    internal string Name => System.Text.Encoding.UTF8.GetString(Path);

    internal FileEntry ToFile() => new(Name, Kind, Size, Sha256);

    /// <summary>Whether both mean the same bytes of the same kind, wherever they lie.</summary>
    internal bool SameContent(ManifestEntry other) => Kind == other.Kind && Size == other.Size && Sha256 == other.Sha256;
}
