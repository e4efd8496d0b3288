using Microsoft.Win32.SafeHandles;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>How what stands at a path compares with an entry.</summary>
internal enum TargetMatch
{
    Absent,
    Same,
    Different,

    /// <summary>A link to the file in the machine's cache, which is not there any more, or was damaged: nobody's work is in it.</summary>
    Lost,

    /// <summary>Neither a file nor a link.</summary>
    Blocked,

    /// <summary>A file or link is in the place of one of its folders.</summary>
    Obstructed,
}

/// <summary>What a comparison that found the same rests on.</summary>
/// <param name="Stamp">It holds as long as the file or link has this stamp; null: it rests on something else too, or the file changed meanwhile.</param>
/// <param name="WasRead">Whether the file was hashed.</param>
internal readonly record struct TargetProof(FileStamp? Stamp, bool WasRead);

/// <summary>Compares what lies in a folder with entries of a manifest, and reads only what nothing else tells of.</summary>
/// <param name="target">The folder.</param>
/// <param name="content">The machine's cache, from which files may have been linked; null: none.</param>
internal sealed class TargetCheck(TargetFolder target, ContentCache? content = null)
{
    /// <param name="entry">What should be there.</param>
    /// <param name="known">What the file cache says of the path.</param>
    /// <param name="proof">Where both are the same: what that rests on.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal TargetMatch Compare(ManifestEntry entry, KnownDigest? known, out TargetProof proof, CancellationToken cancellationToken)
    {
        proof = default;
        switch (target.Probe(entry.Path, out FileStamp stamp, out FileKind kind))
        {
            case TargetState.Absent:
                return TargetMatch.Absent;
            case TargetState.Other:
                return TargetMatch.Blocked;
            case TargetState.Obstructed:
                return TargetMatch.Obstructed;
            case TargetState.Link:
                // A link to the machine's cache says nothing of the file that it leads to.
                proof = new TargetProof(entry.LinkTarget is null ? null : stamp, WasRead: false);
                return CompareLink(entry, cancellationToken);
        }

        bool same = entry.LinkTarget is null && stamp.Size == entry.Size && (OperatingSystem.IsWindows() || kind == entry.Kind)
            && Holds(entry, known, stamp, out proof, cancellationToken);
        return same ? TargetMatch.Same : TargetMatch.Different;
    }

    private TargetMatch CompareLink(ManifestEntry entry, CancellationToken cancellationToken)
    {
        if (target.ReadLink(entry.Path) is not { } link)
        {
            return TargetMatch.Different;
        }

        if (entry.LinkTarget is { } wanted)
        {
            return link.AsSpan().SequenceEqual(wanted) ? TargetMatch.Same : TargetMatch.Different;
        }

        if (content is null || System.Text.Encoding.UTF8.GetString(link) != content.FullPathOf(entry.Sha256, entry.Kind))
        {
            return TargetMatch.Different;
        }

        return content.Has(entry.Sha256, entry.Kind, entry.Size, cancellationToken) ? TargetMatch.Same : TargetMatch.Lost;
    }

    private bool Holds(ManifestEntry entry, KnownDigest? known, FileStamp stamp, out TargetProof proof, CancellationToken cancellationToken)
    {
        proof = new TargetProof(stamp, WasRead: false);
        if (known is { } file && file.Stamp == stamp)
        {
            return file.Sha256 == entry.Sha256;
        }

        // A file of the machine's cache gets another time of change with each folder that it is linked into.
        if (FileSeal.Holds(entry.Sha256, stamp.MtimeNs) && stamp.Inode != 0
            && content?.Folder.TryStamp(ContentCache.PathOf(entry.Sha256, entry.Kind)) is { } cached && (cached.Inode, cached.Device) == (stamp.Inode, stamp.Device))
        {
            return true;
        }

        using SafeFileHandle handle = target.OpenRead(entry.Path);
        bool wasSo = SourceTree.Stamp(handle) == stamp;
        bool same = FileHashing.Sha256(handle, cancellationToken) == entry.Sha256;
        proof = new TargetProof(wasSo && SourceTree.Stamp(handle) == stamp ? stamp : null, WasRead: true);
        return same;
    }
}
