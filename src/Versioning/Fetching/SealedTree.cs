using Microsoft.Win32.SafeHandles;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>A folder of which every file bears a <see cref="FileSeal"/>: whether it still holds what it should is told without reading it.</summary>
/// <param name="folder">The folder.</param>
/// <param name="root">Its full path.</param>
internal sealed class SealedTree(TargetFolder folder, string root)
{
    /// <summary>Whether all files are there, as they were written. One that lost its seal is read, and gets it again.</summary>
    internal bool IsWhole(IEnumerable<ManifestEntry> entries, int concurrency, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        return Parallel.ForEach(entries, options, (entry, state) =>
        {
            if (!IsSound(entry, cancellationToken))
            {
                state.Stop();
            }
        }).IsCompleted;
    }

    /// <summary>Protects files that are the tree's own from whoever takes it for a folder to work in.</summary>
    internal void Protect(IEnumerable<ManifestEntry> entries)
    {
        foreach (ManifestEntry entry in entries)
        {
            if (entry.LinkTarget is null)
            {
                ContentCache.MakeReadOnly(Path.Join(root, entry.Name));
            }
        }
    }

    private bool IsSound(ManifestEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            return folder.Probe(entry.Path, out FileStamp stamp, out FileKind kind) switch
            {
                TargetState.Link => entry.LinkTarget is { } target && folder.ReadLink(entry.Path).AsSpan().SequenceEqual(target),
                TargetState.File => entry.LinkTarget is null && stamp.Size == entry.Size && (OperatingSystem.IsWindows() || kind == entry.Kind)
                    && (FileSeal.Holds(entry.Sha256, stamp.MtimeNs) || Reseal(entry, cancellationToken)),
                _ => false,
            };
        }
        catch (Exception e) when (e is VersioningException || FileCache.IsHarmless(e))
        {
            return false;
        }
    }

    private bool Reseal(ManifestEntry entry, CancellationToken cancellationToken)
    {
        using (SafeFileHandle handle = folder.OpenRead(entry.Path))
        {
            if (FileHashing.Sha256(handle, cancellationToken) != entry.Sha256)
            {
                return false;
            }
        }

        File.SetLastWriteTimeUtc(Path.Join(root, entry.Name), DateTime.UnixEpoch.AddTicks(FileSeal.TimeOf(entry.Sha256) / 100));
        return true;
    }
}
